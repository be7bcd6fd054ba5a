package io.qkformer.train.event.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An element type of NumPy: booleans, integers and floats of 32 and 64 bits.
 *
 * @param kind what the bits mean
 * @param bytes of an element: 1, 2, 4 or 8; 1 for booleans, 4 or 8 for floats
 * @param order of the bytes
 */
public record NpyType(Kind kind, int bytes, ByteOrder order) {
  /** int64, little-endian: what SpikingJelly writes DVS128 Gesture with. */
  public static final NpyType INT64 = new NpyType(Kind.SIGNED, Long.BYTES, ByteOrder.LITTLE_ENDIAN);
  /** uint32, little-endian. */
  public static final NpyType UINT32 = new NpyType(Kind.UNSIGNED, Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
  /** uint32, big-endian: the times of CIFAR10-DVS as SpikingJelly writes them. */
  public static final NpyType UINT32_BIG_ENDIAN = new NpyType(Kind.UNSIGNED, Integer.BYTES, ByteOrder.BIG_ENDIAN);
  /** uint16, little-endian. */
  public static final NpyType UINT16 = new NpyType(Kind.UNSIGNED, Short.BYTES, ByteOrder.LITTLE_ENDIAN);
  /** uint8. */
  public static final NpyType UINT8 = new NpyType(Kind.UNSIGNED, Byte.BYTES, ByteOrder.LITTLE_ENDIAN);
  /** bool. */
  public static final NpyType BOOL = new NpyType(Kind.BOOL, Byte.BYTES, ByteOrder.LITTLE_ENDIAN);
  /** float32, little-endian. */
  public static final NpyType FLOAT32 = new NpyType(Kind.FLOAT, Float.BYTES, ByteOrder.LITTLE_ENDIAN);
  /** float64, little-endian: what SpikingJelly writes frames with. */
  public static final NpyType FLOAT64 = new NpyType(Kind.FLOAT, Double.BYTES, ByteOrder.LITTLE_ENDIAN);

  private static final Pattern DESCRIPTION = Pattern.compile("([<>|=])?([biuf])([1248])");

  /** What the bits of an element mean. */
  public enum Kind {
    /** One byte, 0 or 1. */
    BOOL('b'),
    /** Two's complement. */
    SIGNED('i'),
    /** From zero. */
    UNSIGNED('u'),
    /** IEEE 754. */
    FLOAT('f');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }
  }

  /**
   * Checks that there is such a type.
   *
   * @throws IllegalArgumentException if not
   */
  public NpyType {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(order, "order");
    boolean known = switch (kind) {
      case BOOL -> bytes == 1;
      case SIGNED, UNSIGNED -> bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
      case FLOAT -> bytes == 4 || bytes == 8;
    };
    if (!known) {
      throw new IllegalArgumentException("expected a NumPy type b1, i1 to i8, u1 to u8, f4 or f8, got "
          + kind.letter + bytes);
    }
  }

  /** Returns the type that NumPy describes so, such as {@code <i8}; nothing if it is none of these. */
  static Optional<NpyType> parse(String description) {
    Matcher parts = DESCRIPTION.matcher(description);
    if (!parts.matches()) {
      return Optional.empty();
    }
    ByteOrder order = ">".equals(parts.group(1)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    char letter = parts.group(2).charAt(0);
    int bytes = Integer.parseInt(parts.group(3));
    for (Kind kind : Kind.values()) {
      if (kind.letter == letter && (kind != Kind.BOOL || bytes == 1) && (kind != Kind.FLOAT || bytes >= 4)) {
        return Optional.of(new NpyType(kind, bytes, order));
      }
    }
    return Optional.empty();
  }

  /** Returns whether the elements are whole numbers or booleans. */
  public boolean isWhole() {
    return kind != Kind.FLOAT;
  }

  /**
   * Takes an element from a buffer in this type's order.
   *
   * @return the number; an unsigned one above 2^63 - 1 comes out negative
   */
  long readWhole(ByteBuffer from) {
    long value = switch (bytes) {
      case Byte.BYTES -> from.get();
      case Short.BYTES -> from.getShort();
      case Integer.BYTES -> from.getInt();
      default -> from.getLong();
    };
    if (kind == Kind.SIGNED || bytes == Long.BYTES) {
      return value;
    }
    return kind == Kind.BOOL ? (value == 0 ? 0 : 1) : value & (1L << bytes * Byte.SIZE) - 1;
  }

  /** Takes an element from a buffer in this type's order. */
  double readFloating(ByteBuffer from) {
    if (kind == Kind.FLOAT) {
      return bytes == Float.BYTES ? from.getFloat() : from.getDouble();
    }
    return readWhole(from);
  }

  /** Returns the greatest whole number that it holds. */
  long greatest() {
    return switch (kind) {
      case BOOL -> 1;
      case SIGNED -> Long.MAX_VALUE >>> Long.SIZE - bytes * Byte.SIZE;
      case UNSIGNED -> bytes == Long.BYTES ? Long.MAX_VALUE : (1L << bytes * Byte.SIZE) - 1;
      case FLOAT -> bytes == Float.BYTES ? 1L << 24 : 1L << 53;
    };
  }

  /** Returns the least whole number that it holds. */
  long least() {
    return switch (kind) {
      case BOOL, UNSIGNED -> 0;
      case SIGNED -> -greatest() - 1;
      case FLOAT -> -greatest();
    };
  }

  /** Puts an element into a buffer in this type's order. */
  void writeWhole(ByteBuffer to, long value) {
    switch (bytes) {
      case Byte.BYTES -> to.put((byte) value);
      case Short.BYTES -> to.putShort((short) value);
      case Integer.BYTES -> to.putInt((int) value);
      default -> to.putLong(value);
    }
  }

  /** Puts an element into a buffer in this type's order. */
  void writeFloating(ByteBuffer to, float value) {
    if (kind != Kind.FLOAT) {
      writeWhole(to, (long) value);
    } else if (bytes == Float.BYTES) {
      to.putFloat(value);
    } else {
      to.putDouble(value);
    }
  }

  /** Returns NumPy's description, such as {@code <i8}. */
  @Override
  public String toString() {
    char byteOrder = bytes == 1 ? '|' : order == ByteOrder.LITTLE_ENDIAN ? '<' : '>';
    return byteOrder + "" + kind.letter + bytes;
  }
}
