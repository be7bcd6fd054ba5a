package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.train.data.Split;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.EventsBuilder;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import io.qkformer.train.event.simulate.EventCamera;
import io.qkformer.train.event.simulate.GestureConfig;
import io.qkformer.train.event.simulate.PixelModel;
import io.qkformer.train.event.simulate.SimulatedGestures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on clips of an event camera: train, evaluate, predict, picture. */
class ClipCommandsTest {

  private static final String[] SMALL = {"--recipe", "gestures-simulated", "--dim", "16", "--time-step", "3", "--img-size", "16",
      "--train-size", "16", "--test-size", "10", "--epochs", "1", "--warmup-epochs", "0", "--batch", "8", "--threads", "1"};

  @TempDir
  private static Path folder;
  private static Path run;
  private static Path recording;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws IOException {
    run = folder.resolve("run");
    StringWriter err = new StringWriter();
    String[] arguments = new String[SMALL.length + 3];
    arguments[0] = "train";
    System.arraycopy(SMALL, 0, arguments, 1, SMALL.length);
    arguments[SMALL.length + 1] = "--out";
    arguments[SMALL.length + 2] = run.toString();
    assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments)).as(err.toString())
        .isZero();
    recording = folder.resolve("recordings").resolve("a gesture.npz");
    Files.createDirectories(recording.getParent());
    EventSource events = SimulatedGestures.of(Split.TEST, 1, GestureConfig.DEFAULT,
        new EventCamera(new SensorSize(16, 16), PixelModel.V2E, 0), 0, folder).samples().get(0).events();
    new EventFile(recording, EventFormat.NPZ, Reading.FORMAT).write(events);
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void clipsAreEvaluatedAndCalledSo() {
    assertThat(run("evaluate", "--run", run.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("of 10 clips");
  }

  @Test
  void recordingsArePredictedByFileAndFolder() throws IOException {
    assertThat(run("predict", "--run", run.toString(), "--top", "2", recording.toString())).as(err.toString()).isZero();
    String line = out.toString().trim();
    assertThat(line.split("\t")).hasSize(5).startsWith(recording.toString());
    out.getBuffer().setLength(0);
    Path bad = Files.writeString(recording.resolveSibling("bad.npz"), "no archive", StandardCharsets.UTF_8);
    assertThat(run("predict", "--run", run.toString(), "--top", "2", recording.getParent().toString())).isEqualTo(1);
    assertThat(out.toString().trim()).isEqualTo(line);
    assertThat(err.toString()).contains("error: ").contains("bad.npz");
    Files.delete(bad);
  }

  @Test
  void filesOfTheOtherKindAreNotLookedFor() {
    assertThat(run("predict", "--run", run.toString(), folder.resolve("run").resolve("best").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("expected recordings (.aedat, .npz, .bin), found none");
  }

  /** The side is 16, so eight picture pixels for one: 3 frames and 4 gaps of 2 pixels. */
  @Test
  void aSheetShowsTheFramesOfASample() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    assertThat(run("picture", "--time-step", "3", "--img-size", "16", "--test-size", "4", "--index", "2", "--out", sheet.toString()))
        .as(err.toString()).isZero();
    assertThat(out.toString()).contains("test/2 (up)").contains("Clip[T=3, H=16, W=16, C=2]");
    BufferedImage picture = ImageIO.read(sheet.toFile());
    assertThat(picture.getWidth()).isEqualTo(3 * 128 + 4 * 2);
    assertThat(picture.getHeight()).isEqualTo(128 + 2 * 2);
  }

  @Test
  void anAnimationShowsTheFramesOfARecording() throws IOException {
    Path animation = folder.resolve("clip.gif");
    assertThat(run("picture", "--time-step", "5", "--img-size", "16", "--zoom", "3", recording.toString(), "--out",
        animation.toString())).as(err.toString()).isZero();
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(animation.toFile())) {
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(5);
      assertThat(reader.getWidth(0)).isEqualTo(48);
    } finally {
      reader.dispose();
    }
  }

  @Test
  void whatCannotBeDrawnIsSaid() throws IOException {
    String[] small = {"--img-size", "16", "--test-size", "4"};
    assertThat(run("picture", small[0], small[1], small[2], small[3], "--out", "clip.bmp")).isEqualTo(2);
    assertThat(err.toString()).contains("--out: expected a file that ends in .png or .gif, got clip.bmp");
    assertThat(run("picture", small[0], small[1], small[2], small[3], "--index", "4", "--out", folder.resolve("x.png").toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--index: expected 0 to 3, got 4");
    assertThat(run("picture", "--recipe", "shapes", "--out", folder.resolve("x.png").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("dataset: expected one of events, got shapes");
    Path far = folder.resolve("far.npz");
    new EventFile(far, EventFormat.NPZ, Reading.FORMAT).write(new EventsBuilder(1).add(1, 40, 2, 1).build());
    assertThat(run("picture", "--img-size", "16", "--time-step", "1", far.toString(), "--out", folder.resolve("x.png").toString()))
        .isEqualTo(1);
    assertThat(err.toString()).contains("far.npz").contains("40");
    assertThat(folder.resolve("x.png")).doesNotExist();
  }
}
