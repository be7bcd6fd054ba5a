package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the tests' weight files lie, and how their content is compared. */
final class TestFiles {
  private static final String FOLDER = "/checkpoint/";

  private TestFiles() {}

  static Path resource(String name) {
    return find(name).orElseThrow(() -> new AssertionError("no test resource " + FOLDER + name));
  }

  private static Optional<Path> find(String name) {
    URL url = TestFiles.class.getResource(FOLDER + name);
    try {
      return url == null ? Optional.empty() : Optional.of(Path.of(url.toURI()));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A golden file among the test resources, else in the folder that the build names, else nowhere. */
  static Optional<Path> golden(String name) {
    String named = System.getProperty("qkformer.golden", "");
    Path folder = named.isBlank() ? Path.of(System.getProperty("qkformer.shared", ""), "golden")
        : Path.of(named);
    Path file = folder.resolve("model").resolve(name);
    return find(name).or(() -> Optional.of(file).filter(Files::exists));
  }

  /** The values of a float array of an npz file. */
  static double[] npz(Path file, String entry) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      byte[] bytes = zip.getInputStream(zip.getEntry(entry + ".npy")).readAllBytes();
      ByteBuffer npy = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int header = npy.getShort(8);
      boolean wide = new String(bytes, 10, header, StandardCharsets.US_ASCII).contains("'<f8'");
      npy.position(10 + header);
      double[] values = new double[npy.remaining() / (wide ? Double.BYTES : Float.BYTES)];
      for (int i = 0; i < values.length; i++) {
        values[i] = wide ? npy.getDouble() : npy.getFloat();
      }
      return values;
    }
  }

  static double[] values(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  /** The elements' bits in C order: NaN equals NaN, 0 differs from -0. */
  static long[] bits(INDArray array) {
    long[] bits = new long[Math.toIntExact(array.length())];
    if (bits.length == 0) {
      return bits;
    }
    INDArray copy = array.dup('c');
    for (int i = 0; i < bits.length; i++) {
      bits[i] = array.dataType() == DataType.INT64
          ? copy.data().getLong(i)
          : Float.floatToRawIntBits(copy.data().getFloat(i));
    }
    return bits;
  }

  static void assertSame(StateDict actual, StateDict expected) {
    assertThat(actual.names()).containsExactlyElementsOf(expected.names());
    assertSameInAnyOrder(actual, expected);
  }

  static void assertSameInAnyOrder(StateDict actual, StateDict expected) {
    assertThat(actual.names()).containsExactlyInAnyOrderElementsOf(expected.names());
    for (String name : expected.names()) {
      INDArray a = actual.get(name);
      INDArray e = expected.get(name);
      assertThat(a.dataType()).as(name).isEqualTo(e.dataType());
      assertThat(a.shape()).as(name).isEqualTo(e.shape());
      assertThat(bits(a)).as(name).isEqualTo(bits(e));
    }
  }
}
