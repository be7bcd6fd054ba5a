package io.qkformer.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;

/** Checks of a page that need no browser. */
public final class ReportPage {

  private static final int MOST_ERRORS = 20;
  private static final String PNG = "data:image/png;base64,";

  private ReportPage() {
  }

  /** Parses a page, which must be without mistakes, need nothing outside of itself, and have pictures that decode. */
  public static Document check(String html) throws IOException {
    Parser parser = Parser.htmlParser().setTrackErrors(MOST_ERRORS);
    Document page = Jsoup.parse(html, "", parser);
    assertThat(parser.getErrors()).isEmpty();
    assertThat(html).doesNotContain("http://").doesNotContain("https://");
    assertThat(page.select("script, iframe, object, embed, base")).isEmpty();
    assertThat(page.select("style").html()).isNotBlank().doesNotContain("url(").doesNotContain("@import");
    List<String> targets = new ArrayList<>();
    for (Element element : page.select("[src], [href], [srcset]")) {
      String target = element.hasAttr("src") ? element.attr("src") : element.attr("href");
      assertThat(element.hasAttr("srcset")).isFalse();
      if (element.is("img")) {
        assertThat(target).startsWith(PNG);
        byte[] bytes = Base64.getDecoder().decode(target.substring(PNG.length()));
        assertThat(ImageIO.read(new ByteArrayInputStream(bytes))).as(element.attr("alt")).isNotNull();
        assertThat(element.attr("alt")).isNotBlank();
      } else if (target.startsWith("#")) {
        targets.add(target.substring(1));
      } else {
        assertThat(target).isEqualTo("data:,");
      }
    }
    List<String> ids = page.select("[id]").eachAttr("id");
    assertThat(ids).doesNotHaveDuplicates().containsAll(targets);
    assertThat(page.select("meta[name=viewport]")).hasSize(1);
    return page;
  }
}
