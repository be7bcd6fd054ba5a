package io.qkformer.examples.analyze;

import io.qkformer.checkpoint.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The paper's Table 1 beside what this library's attentions take. */
@Command(name = "complexity", mixinStandardHelpOptions = true,
    description = "Measures time and memory of VSA, SSA, SDSA, QKTA and QKCA over tokens N and channels D, and fits "
        + "exponents, beside the paper's Table 1.")
public final class ComplexityCommand implements Callable<Integer> {

  /** The points. */
  public static final String POINTS = "table1-points.csv";
  /** The exponents. */
  public static final String EXPONENTS = "table1-exponents.csv";
  /** The picture. */
  public static final String PLOT = "table1-complexity.png";

  private static final double MEBI = 1 << 20;

  @Spec
  private CommandSpec spec;

  @Option(names = "--tokens", split = ",", defaultValue = "1024,1448,2048,2896,4096", paramLabel = "N",
      description = "the N that vary; default: ${DEFAULT-VALUE}")
  private List<Integer> tokens;

  @Option(names = "--widths", split = ",", defaultValue = "128,256,512,1024", paramLabel = "D",
      description = "the D that vary; default: ${DEFAULT-VALUE}")
  private List<Integer> widths;

  @Option(names = "--width", defaultValue = "256", paramLabel = "D",
      description = "D while N varies; default: ${DEFAULT-VALUE}")
  private int baseWidth;

  @Option(names = "--at-tokens", defaultValue = "2048", paramLabel = "N",
      description = "N while D varies; default: ${DEFAULT-VALUE}")
  private int baseTokens;

  @Option(names = "--heads", defaultValue = "1", paramLabel = "H", description = "default: ${DEFAULT-VALUE}")
  private int heads;

  @Option(names = "--seconds", defaultValue = "0.5", paramLabel = "S",
      description = "of timed runs for each point, of which there are at least 10; default: ${DEFAULT-VALUE}")
  private double seconds;

  @Option(names = "--out", defaultValue = "runs/analyze-complexity", paramLabel = "FOLDER",
      description = "for " + POINTS + ", " + EXPONENTS + " and " + PLOT + "; default: ${DEFAULT-VALUE}")
  private Path out;

  @Override
  public Integer call() throws IOException {
    ComplexityScan scan = new ComplexityScan(tokens, widths, baseWidth, baseTokens, heads, seconds);
    Files.createDirectories(out);
    PrintWriter text = spec.commandLine().getOut();
    List<ComplexityPoint> points = scan.measure(step -> {
      text.println(step);
      text.flush();
    });
    text.printf("%n%-5s %6s %6s %12s %6s %12s%n", "", "N", "D", "ms, median", "runs", "MiB");
    for (ComplexityPoint point : points) {
      text.printf(Locale.ROOT, "%-5s %6d %6d %12.4f %6d %12.3f%n", point.attention(), point.tokens(), point.width(),
          point.millis(), point.runs(), point.bytes() / MEBI);
    }
    List<ComplexityFit> fits = Arrays.stream(ComparedAttention.values())
        .map(attention -> ComplexityFit.of(attention, points)).toList();
    text.printf("%nfitted exponents   time: N      D   memory: N      D   paper's time   ours computes%n");
    for (ComplexityFit fit : fits) {
      text.printf(Locale.ROOT, "%-18s %7.2f %6.2f %11.2f %6.2f   %-14s O(%s)%n", fit.attention(),
          fit.timeTokens().exponent(), fit.timeWidth().exponent(), fit.bytesTokens().exponent(),
          fit.bytesWidth().exponent(), fit.attention().paperTime(), fit.attention().ownTime());
    }
    write(points, fits, ComplexityPlot.png(scan, points, fits));
    text.printf("%s, %s and %s are in %s%n", POINTS, EXPONENTS, PLOT, out.toAbsolutePath());
    text.flush();
    return 0;
  }

  private void write(List<ComplexityPoint> points, List<ComplexityFit> fits, byte[] plot) throws IOException {
    StringBuilder csv = new StringBuilder("attention,varies,tokens,width,heads,median_ms,runs,bytes\n");
    for (ComplexityPoint point : points) {
      csv.append(String.format(Locale.ROOT, "%s,%s,%d,%d,%d,%.5f,%d,%d%n", point.attention(), point.sweep().symbol(),
          point.tokens(), point.width(), heads, point.millis(), point.runs(), point.bytes()));
    }
    StringBuilder exponents = new StringBuilder("attention,time_n,time_n_r2,time_d,time_d_r2,bytes_n,bytes_n_r2,"
        + "bytes_d,bytes_d_r2,paper_time,own_time\n");
    for (ComplexityFit fit : fits) {
      exponents.append(fit.attention());
      for (PowerLaw law : List.of(fit.timeTokens(), fit.timeWidth(), fit.bytesTokens(), fit.bytesWidth())) {
        exponents.append(String.format(Locale.ROOT, ",%.4f,%.4f", law.exponent(), law.determination()));
      }
      exponents.append(String.format(Locale.ROOT, ",%s,O(%s)%n", fit.attention().paperTime(),
          fit.attention().ownTime()));
    }
    write(POINTS, csv.toString().getBytes(StandardCharsets.UTF_8));
    write(EXPONENTS, exponents.toString().getBytes(StandardCharsets.UTF_8));
    write(PLOT, plot);
  }

  private void write(String name, byte[] content) throws IOException {
    AtomicFile.write(out.resolve(name), file -> file.write(content));
  }
}
