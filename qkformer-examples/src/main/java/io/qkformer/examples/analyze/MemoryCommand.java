package io.qkformer.examples.analyze;

import io.qkformer.checkpoint.AtomicFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.IntToLongFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The paper's Table 8 beside what this library's attention takes. */
@Command(name = "memory", mixinStandardHelpOptions = true,
    description = "Measures the memory of QKTA and SSA over sqrt(N) = 10, 20, .. beside the paper's Table 8 and a "
        + "formula that fits it.")
public final class MemoryCommand implements Callable<Integer> {

  /** The table. */
  public static final String CSV = "table8-memory.csv";
  /** The plot. */
  public static final String PLOT = "table8-memory.png";

  /** Why the curve of SSA jumps: it would look like a property of the algorithm. */
  static final String NOTE = "Counted are arrays, and tiles that outgrow the 1 MiB which a thread keeps for each anyway: those of "
      + "Q, K and V in SSA from sqrt(N) = 32 on, where its memory rises from two maps of N x C to five, and those of one "
      + "head from 91 on, by half a map.";

  private static final String TOKEN_FORMULA = "QKTA, 4 N (C + 3) bytes";
  private static final String SELF_FORMULA = "SSA, 4 N (N + C) bytes";
  private static final double MEBI = 1 << 20;
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 560;

  @Spec
  private CommandSpec spec;

  @Option(names = "--max-side", defaultValue = "200", paramLabel = "SIDE",
      description = "last sqrt(N), 10 to 200; default: ${DEFAULT-VALUE}")
  private int maxSide;

  @Option(names = "--out", defaultValue = "runs/analyze-memory", paramLabel = "FOLDER",
      description = "for " + CSV + " and " + PLOT + "; default: ${DEFAULT-VALUE}")
  private Path out;

  @Override
  public Integer call() throws IOException {
    List<AttentionMemory> rows = new ArrayList<>();
    PrintWriter text = spec.commandLine().getOut();
    text.printf("MiB      %12s %13s %12s %12s %13s %12s%n", "QKTA, paper", "(formula)", "QKTA, ours", "SSA, paper",
        "(formula)", "SSA, ours");
    StringBuilder csv = new StringBuilder(
        "sqrt_n,qkta_paper_mib,qkta_mib,ssa_paper_mib,ssa_mib,qkta_formula_mib,ssa_formula_mib\n");
    List<Integer> sides = AttentionMemory.PAPER.keySet().stream().filter(side -> side <= maxSide).toList();
    if (sides.isEmpty()) {
      throw new IllegalArgumentException("--max-side must be at least 10, got " + maxSide);
    }
    AttentionMemory.measure(sides.get(0));
    for (int side : sides) {
      AttentionMemory row = AttentionMemory.measure(side);
      double[] paper = AttentionMemory.PAPER.get(side);
      rows.add(row);
      double tokenFormula = AttentionMemory.tokenFormula(side) / MEBI;
      double selfFormula = AttentionMemory.selfFormula(side) / MEBI;
      text.printf(Locale.ROOT, "%4d^2   %12.2f %13.2f %12.2f %12.2f %13.2f %12.2f%n", side, paper[0], tokenFormula,
          row.tokenBytes() / MEBI, paper[1], selfFormula, row.selfBytes() / MEBI);
      csv.append(String.format(Locale.ROOT, "%d,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f%n", side, paper[0],
          row.tokenBytes() / MEBI, paper[1], row.selfBytes() / MEBI, tokenFormula, selfFormula));
    }
    Files.createDirectories(out);
    byte[] plot = plot(rows);
    AtomicFile.write(out.resolve(CSV), file -> file.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
    AtomicFile.write(out.resolve(PLOT), file -> file.write(plot));
    text.printf("Formulas: %s; %s. %s%n", TOKEN_FORMULA, SELF_FORMULA, NOTE);
    text.printf("%s and %s are in %s%n", CSV, PLOT, out.toAbsolutePath());
    text.flush();
    return 0;
  }

  private static byte[] plot(List<AttentionMemory> rows) throws IOException {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT)
        .title("Memory of the attention operation, C = 256 (Table 8)").xAxisTitle("sqrt(N)").yAxisTitle("MiB").build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setYAxisLogarithmic(true).setLocale(Locale.ROOT);
    double[] sides = rows.stream().mapToDouble(AttentionMemory::side).toArray();
    double[] qktaPaper = rows.stream().mapToDouble(row -> AttentionMemory.PAPER.get(row.side())[0]).toArray();
    double[] ssaPaper = rows.stream().mapToDouble(row -> AttentionMemory.PAPER.get(row.side())[1]).toArray();
    // Okabe and Ito's colours, told apart by the colour-blind too
    Color token = new Color(0x0072B2);
    Color self = new Color(0xD55E00);
    add(chart, "SSA, paper (GPU)", sides, ssaPaper, self, Drawn.PAPER);
    add(chart, SELF_FORMULA, sides, formula(rows, AttentionMemory::selfFormula), self, Drawn.FORMULA);
    add(chart, "SSA, ours", sides, rows.stream().mapToDouble(row -> row.selfBytes() / MEBI).toArray(), self,
        Drawn.MEASURED);
    add(chart, "QKTA, paper (GPU)", sides, qktaPaper, token, Drawn.PAPER);
    add(chart, TOKEN_FORMULA, sides, formula(rows, AttentionMemory::tokenFormula), token, Drawn.FORMULA);
    add(chart, "QKTA, ours", sides, rows.stream().mapToDouble(row -> row.tokenBytes() / MEBI).toArray(), token,
        Drawn.MEASURED);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(chart, bytes, BitmapFormat.PNG);
    return bytes.toByteArray();
  }

  private static double[] formula(List<AttentionMemory> rows, IntToLongFunction bytes) {
    return rows.stream().mapToDouble(row -> bytes.applyAsLong(row.side()) / MEBI).toArray();
  }

  /** How a line is drawn. The paper's values lie on their formula: crosses on a thin line show both. */
  private enum Drawn {
    PAPER(SeriesMarkers.CROSS, SeriesLines.NONE),
    FORMULA(SeriesMarkers.NONE, new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {8, 6}, 0)),
    MEASURED(SeriesMarkers.CIRCLE, new BasicStroke(2));

    private final Marker marker;
    private final BasicStroke stroke;

    Drawn(Marker marker, BasicStroke stroke) {
      this.marker = marker;
      this.stroke = stroke;
    }
  }

  private static void add(XYChart chart, String name, double[] x, double[] y, Color color, Drawn drawn) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(drawn.marker).setMarkerColor(color).setLineColor(color).setLineStyle(drawn.stroke);
  }
}
