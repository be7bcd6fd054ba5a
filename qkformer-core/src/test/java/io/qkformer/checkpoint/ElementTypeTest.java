package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElementTypeTest {
  /** The definition of binary16, by arithmetic instead of by bits. */
  private static double half(int bits) {
    int exponent = bits >> 10 & 0x1f;
    int mantissa = bits & 0x3ff;
    double magnitude = switch (exponent) {
      case 0 -> mantissa * 0x1p-24;
      case 31 -> mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      default -> (1 + mantissa / 1024.0) * Math.pow(2, exponent - 15);
    };
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  @Test
  void everyHalfIsExact() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertThat(Double.compare(ElementType.halfToFloat((short) bits), half(bits))).as("%04x", bits).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(value = ElementType.class, names = {"BOOL", "C64", "C128"}, mode = EnumSource.Mode.EXCLUDE)
  void byteOrdersAreHonoured(ElementType type) {
    byte[] little = new byte[2 * type.bytes()];
    byte[] big = new byte[2 * type.bytes()];
    for (int i = 0; i < little.length; i++) {
      little[i] = (byte) (0x31 + 7 * i);
      int element = i / type.bytes();
      big[(2 * element + 1) * type.bytes() - 1 - i] = little[i];
    }
    ByteBuffer fromLittle = ByteBuffer.allocate(16);
    ByteBuffer fromBig = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    type.convert(ByteBuffer.wrap(little).order(ByteOrder.LITTLE_ENDIAN), fromLittle);
    type.convert(ByteBuffer.wrap(big), fromBig);
    assertThat(fromLittle.position()).isEqualTo(2 * type.loadedBytes()).isEqualTo(fromBig.position());
    for (int at = 0; at < fromLittle.position(); at += Integer.BYTES) {
      int same = type.loadedBytes() == Float.BYTES ? at : at ^ Integer.BYTES;
      assertThat(fromBig.getInt(same)).isEqualTo(fromLittle.getInt(at));
    }
  }
}
