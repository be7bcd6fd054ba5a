package io.qkformer.examples.analyze;

import io.qkformer.checkpoint.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** The folder of a command's results; a file in it is replaced by a finished one alone. */
record AnalysisFiles(Path folder) {

  /** Makes the folder. */
  static AnalysisFiles in(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new AnalysisFiles(folder);
  }

  void text(String name, CharSequence content) throws IOException {
    write(name, content.toString().getBytes(StandardCharsets.UTF_8));
  }

  void picture(String name, BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    write(name, bytes.toByteArray());
  }

  void chart(String name, Chart<?, ?> chart) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(chart, bytes, BitmapFormat.PNG);
    write(name, bytes.toByteArray());
  }

  private void write(String name, byte[] content) throws IOException {
    AtomicFile.write(folder.resolve(name), file -> file.write(content));
  }
}
