package io.qkformer.checkpoint;

import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * How a file stores one element; the constants have the names of the safetensors format. Floating-point types
 * are loaded as FLOAT with PyTorch's rounding, integers as LONG.
 */
enum ElementType {
  F64(8, DataType.FLOAT),
  F32(4, DataType.FLOAT),
  F16(2, DataType.FLOAT),
  BF16(2, DataType.FLOAT),
  I64(8, DataType.INT64),
  I32(4, DataType.INT64),
  I16(2, DataType.INT64),
  I8(1, DataType.INT64),
  U8(1, DataType.INT64),
  /** Sizes of these are known, so that files which hold them beside the weights can be walked. */
  BOOL(1, null),
  C64(8, null),
  C128(16, null);

  private static final int HALF_EXPONENT = 0x7c00;
  private static final int HALF_MANTISSA = 0x3ff;
  private static final float HALF_SUBNORMAL_UNIT = 0x1p-24f;

  private final int bytes;
  private final DataType loadedAs;

  ElementType(int bytes, DataType loadedAs) {
    this.bytes = bytes;
    this.loadedAs = loadedAs;
  }

  /** Bytes of one element in the file. */
  int bytes() {
    return bytes;
  }

  /** Whether tensors of this type can be loaded. */
  boolean loadable() {
    return loadedAs != null;
  }

  /** FLOAT or LONG; null unless {@link #loadable()}. */
  DataType loadedAs() {
    return loadedAs;
  }

  /** Bytes of one element in memory. */
  int loadedBytes() {
    return loadedAs == DataType.FLOAT ? Float.BYTES : Long.BYTES;
  }

  /** The type as which arrays of this data type are written. */
  static ElementType written(DataType type) {
    if (type == DataType.FLOAT) {
      return F32;
    }
    if (type == DataType.INT64) {
      return I64;
    }
    throw new IllegalArgumentException("data type " + type + " cannot be written");
  }

  /**
   * Converts all elements left in {@code source} to FLOAT or LONG elements in {@code target}; both positions
   * advance, and each buffer's own byte order holds.
   */
  void convert(ByteBuffer source, ByteBuffer target) {
    boolean sameBytes = (this == F32 || this == I64) && source.order() == target.order();
    if (sameBytes) {
      target.put(source);
      return;
    }
    while (source.hasRemaining()) {
      switch (this) {
        case F64 -> target.putFloat((float) source.getDouble());
        case F32 -> target.putInt(source.getInt());
        case F16 -> target.putFloat(halfToFloat(source.getShort()));
        case BF16 -> target.putInt(source.getShort() << 16);
        case I64 -> target.putLong(source.getLong());
        case I32 -> target.putLong(source.getInt());
        case I16 -> target.putLong(source.getShort());
        case I8 -> target.putLong(source.get());
        case U8 -> target.putLong(source.get() & 0xff);
        default -> throw new IllegalStateException(this + " is not loadable");
      }
    }
  }

  /** IEEE 754 binary16 to binary32, exact. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half & HALF_EXPONENT;
    int mantissa = half & HALF_MANTISSA;
    if (exponent == 0) {
      float magnitude = mantissa * HALF_SUBNORMAL_UNIT;
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
    }
    if (exponent == HALF_EXPONENT) {
      return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13);
    }
    // Both exponents start at bit 10 and 23; the biases are 15 and 127.
    return Float.intBitsToFloat(sign | (exponent << 13) + ((127 - 15) << 23) | mantissa << 13);
  }
}
