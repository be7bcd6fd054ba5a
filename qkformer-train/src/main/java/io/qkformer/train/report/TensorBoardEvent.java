package io.qkformer.train.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * TensorFlow's Event messages (tensorflow/core/util/event.proto, framework/summary.proto) in the encoding of protocol
 * buffers (https://protobuf.dev/programming-guides/encoding), and the TFRecord frame around each.
 */
final class TensorBoardEvent {

  /** The first record of each file says this. */
  static final String FILE_VERSION = "brain.Event:2";
  /** Added to a rotated CRC (tensorflow/core/lib/hash/crc32c.h). */
  private static final int MASK_DELTA = 0xa282ead8;

  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int EVENT_SESSION_LOG = 7;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;
  private static final int SESSION_LOG_STATUS = 1;
  private static final int STATUS_START = 1;

  /** Collects the fields of one message. */
  private static final class Message {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message integer(int field, long value) {
      key(field, VARINT);
      varint(value);
      return this;
    }

    Message number(int field, double value) {
      key(field, FIXED64);
      bytes.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message number(int field, float value) {
      key(field, FIXED32);
      bytes.writeBytes(littleEndian(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message text(int field, String value) {
      return delimited(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return delimited(field, value.bytes());
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }

    private Message delimited(int field, byte[] value) {
      key(field, LENGTH_DELIMITED);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void key(int field, int wireType) {
      varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
      long left = value;
      while ((left & ~0x7fL) != 0) {
        bytes.write((int) (left & 0x7f | 0x80));
        left >>>= 7;
      }
      bytes.write((int) left);
    }
  }

  private TensorBoardEvent() {
  }

  static byte[] version(double wallTime) {
    return new Message().number(EVENT_WALL_TIME, wallTime).text(EVENT_FILE_VERSION, FILE_VERSION).bytes();
  }

  static byte[] sessionStart(double wallTime, long step) {
    return event(wallTime, step).message(EVENT_SESSION_LOG, new Message().integer(SESSION_LOG_STATUS, STATUS_START))
        .bytes();
  }

  static byte[] scalar(double wallTime, long step, String tag, float value) {
    Message entry = new Message().text(VALUE_TAG, tag).number(VALUE_SIMPLE_VALUE, value);
    return event(wallTime, step).message(EVENT_SUMMARY, new Message().message(SUMMARY_VALUE, entry)).bytes();
  }

  private static Message event(double wallTime, long step) {
    return new Message().number(EVENT_WALL_TIME, wallTime).integer(EVENT_STEP, step);
  }

  /** Length, its masked CRC, the data, its masked CRC; all little-endian. */
  static byte[] record(byte[] data) {
    byte[] length = littleEndian(Long.BYTES).putLong(data.length).array();
    return littleEndian(length.length + data.length + 2 * Integer.BYTES)
        .put(length).putInt(maskedCrc(length)).put(data).putInt(maskedCrc(data)).array();
  }

  private static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
