package io.qkformer.checkpoint;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The arguments of pickle's opcodes, read with a bounds check each. Not thread-safe. */
final class PickleInput {
  private static final int LONGEST_LINE = 1024;
  private static final int LONGEST_INTEGER = 1024;

  private final ByteBuffer bytes;

  /** Reads from the start of {@code bytes}. */
  PickleInput(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  int position() {
    return bytes.position();
  }

  private void require(long count) throws CheckpointFormatException {
    if (count < 0 || count > bytes.remaining()) {
      throw CheckpointFormatException.truncated("the pickle needs %s more bytes at byte %d, %d are there",
          Long.toUnsignedString(count), position(), bytes.remaining());
    }
  }

  int u8() throws CheckpointFormatException {
    require(1);
    return bytes.get() & 0xff;
  }

  int u16() throws CheckpointFormatException {
    require(2);
    return bytes.getShort() & 0xffff;
  }

  int i32() throws CheckpointFormatException {
    require(4);
    return bytes.getInt();
  }

  long u32() throws CheckpointFormatException {
    return i32() & 0xffffffffL;
  }

  long i64() throws CheckpointFormatException {
    require(8);
    return bytes.getLong();
  }

  double f64BigEndian() throws CheckpointFormatException {
    return Double.longBitsToDouble(Long.reverseBytes(i64()));
  }

  byte[] bytes(long count) throws CheckpointFormatException {
    require(count);
    byte[] copy = new byte[(int) count];
    bytes.get(copy);
    return copy;
  }

  /** A frame is only a hint for readers of streams; it must lie in the pickle all the same. */
  void frame() throws CheckpointFormatException {
    require(i64());
  }

  /** A signed little-endian integer of any length: Long, or BigInteger where Long is too small. */
  Object integer(long count) throws CheckpointFormatException {
    if (count > LONGEST_INTEGER) {
      throw CheckpointFormatException.unsupported("an integer of %d bytes at byte %d of the pickle, expected "
          + "at most %d", count, position(), LONGEST_INTEGER);
    }
    byte[] digits = bytes(count);
    if (digits.length == 0) {
      return 0L;
    }
    for (int i = 0, j = digits.length - 1; i < j; i++, j--) {
      byte low = digits[i];
      digits[i] = digits[j];
      digits[j] = low;
    }
    BigInteger value = new BigInteger(digits);
    if (value.bitLength() < Long.SIZE) {
      return value.longValue();
    }
    return value;
  }

  String utf8(long count) throws CheckpointFormatException {
    int start = position();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(count))).toString();
    } catch (CharacterCodingException e) {
      throw CheckpointFormatException.corrupt("the text at byte %d of the pickle is not valid UTF-8", start);
    }
  }

  /** Text that Python 2 wrote; bytes beyond ASCII stay recognisable. */
  String latin1(long count) throws CheckpointFormatException {
    return new String(bytes(count), StandardCharsets.ISO_8859_1);
  }

  String line() throws CheckpointFormatException {
    StringBuilder line = new StringBuilder();
    for (int c = u8(); c != '\n'; c = u8()) {
      if (line.length() == LONGEST_LINE) {
        throw CheckpointFormatException.corrupt("a name at byte %d of the pickle has no end", position());
      }
      line.append((char) c);
    }
    return line.toString();
  }
}
