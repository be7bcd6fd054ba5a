package io.qkformer.examples.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A run as one HTML page: style, pictures and data are within it, it has no script and loads nothing.
 *
 * @param sections in the order of the page
 */
public record RunReport(List<ReportSection> sections) {

  private static final String STYLE = "report.css";

  /** Copies the list. */
  public RunReport {
    sections = List.copyOf(sections);
  }

  /** All sections that there are. */
  public static RunReport standard() {
    return new RunReport(List.of(new OverviewSection(), new CurvesSection(), new ClassesSection(),
        new ConfusionSection(), new FiringSection(), new EnergySection(), new AttentionSection(), new MistakesSection(),
        new RecipeSection()));
  }

  /**
   * The page.
   *
   * @throws IOException when something of the run cannot be read
   */
  public String html(ReportedRun run) throws IOException {
    StringBuilder links = new StringBuilder();
    StringBuilder parts = new StringBuilder();
    for (ReportSection section : sections) {
      Optional<String> body = section.html(run);
      if (body.isPresent()) {
        String id = Html.text(section.id());
        String title = Html.text(section.title());
        links.append("<a href=\"#").append(id).append("\">").append(title).append("</a>\n");
        parts.append("<section id=\"").append(id).append("\">\n<h2>").append(title).append("</h2>\n").append(body.get())
            .append("</section>\n");
      }
    }
    // the icon keeps browsers from asking a server for one
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>%1$s</title>
        <style>
        %2$s</style>
        </head>
        <body>
        <header><h1>%1$s</h1>
        <nav>
        %3$s</nav></header>
        <main>
        %4$s</main>
        </body>
        </html>
        """.formatted(Html.text("Run " + run.name()), style(), links, parts);
  }

  private static String style() throws IOException {
    try (InputStream in = RunReport.class.getResourceAsStream(STYLE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
