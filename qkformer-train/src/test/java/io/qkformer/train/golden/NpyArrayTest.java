package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The reader of the golden arrays, on files made here. */
class NpyArrayTest {

  private static NpyArray read(String descr, String order, String shape, byte[] data) throws IOException {
    String header = "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': (" + shape + "), }\n";
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.write(new byte[] {(byte) header.length(), (byte) (header.length() >> 8)});
    file.write(header.getBytes(StandardCharsets.US_ASCII));
    file.write(data);
    return NpyArray.read(new ByteArrayInputStream(file.toByteArray()), "made");
  }

  private static byte[] bytes(double... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      buffer.putDouble(value);
    }
    return buffer.array();
  }

  @Test
  void bytesAreUnsignedAndSlicesAreOfTheFirstAxis() throws IOException {
    NpyArray array = read("|u1", "False", "2, 3", new byte[] {0, 1, 2, (byte) 200, (byte) 255, 7});
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.slice(1).shape()).containsExactly(3);
    assertThat(array.slice(1).values()).containsExactly(200, 255, 7);
    assertThat(array.slice(1).toBytes()).containsExactly(200, 255, 7);
  }

  @Test
  void eachElementTypeIsReadLittleEndian() throws IOException {
    assertThat(read("<f8", "False", "2,", bytes(0.1, -3)).values()).containsExactly(0.1, -3);
    assertThat(read("<f4", "False", "1,", new byte[] {0, 0, (byte) 0xc0, 0x3f}).values()).containsExactly(1.5);
    assertThat(read("<i8", "False", "", new byte[] {-2, -1, -1, -1, -1, -1, -1, -1}).toInts()).containsExactly(-2);
  }

  @Test
  void otherLayoutsAndShortFilesAreRefused() {
    assertThatThrownBy(() -> read("<f8", "True", "2,", bytes(1, 2))).hasMessageContaining("C order");
    assertThatThrownBy(() -> read(">f8", "False", "2,", bytes(1, 2))).hasMessageContaining(">f8");
    assertThatThrownBy(() -> read("<f8", "False", "2,", bytes(1))).hasMessageContaining("expected 2 elements");
  }

  @Test
  void aTolerancesPixelsMayBeOffByAnyAmountButNoMore() throws IOException {
    NpyArray picture = read("|u1", "False", "1, 2, 3", new byte[6]);
    Tolerance onePixel = new Tolerance(1, 0, 1);
    onePixel.check("one pixel off", new double[] {0, 1, 1, 90, 90, 90}, picture);
    assertThatThrownBy(() -> onePixel.check("two", new double[] {0, 2, 0, 90, 0, 0}, picture))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> new Tolerance(0, 1e-3, 0).check("nan", Double.NaN, 1)).isInstanceOf(AssertionError.class);
  }
}
