package io.qkformer.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import java.io.IOException;

/** Writes pickles by hand, the hostile ones too. */
final class PickleBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static PickleBytes protocol(int protocol) {
    return new PickleBytes().op(PickleOpcode.PROTO, protocol);
  }

  PickleBytes op(int opcode, int... arguments) {
    bytes.write(opcode);
    for (int argument : arguments) {
      bytes.write(argument);
    }
    return this;
  }

  private PickleBytes raw(byte[] raw) {
    bytes.writeBytes(raw);
    return this;
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return op(PickleOpcode.BINUNICODE).raw(le(4, utf8.length)).raw(utf8);
  }

  PickleBytes number(long value) {
    return op(PickleOpcode.LONG1, 8).raw(le(8, value));
  }

  PickleBytes global(String module, String name) {
    return op(PickleOpcode.GLOBAL).raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  PickleBytes numbers(long... values) {
    op(PickleOpcode.MARK);
    for (long value : values) {
      number(value);
    }
    return op(PickleOpcode.TUPLE);
  }

  /** A tensor of storage {@code key}. */
  PickleBytes tensor(String storageType, String key, long elements, long offset, long[] shape,
      long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").op(PickleOpcode.MARK);
    op(PickleOpcode.MARK).text("storage").global("torch", storageType).text(key).text("cpu").number(elements);
    return op(PickleOpcode.TUPLE).op(PickleOpcode.BINPERSID).number(offset).numbers(shape).numbers(strides)
        .op(PickleOpcode.NEWFALSE).op(PickleOpcode.NONE).op(PickleOpcode.TUPLE).op(PickleOpcode.REDUCE);
  }

  /** The whole pickle. */
  byte[] stop() {
    op(PickleOpcode.STOP);
    return bytes.toByteArray();
  }

  static byte[] le(int bytes, long value) {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    byte[] low = new byte[bytes];
    buffer.get(0, low);
    return low;
  }

  /** A file of the zip form with this pickle and these entries behind the archive's name. */
  static Path zip(Path file, byte[] pickle, Map<String, byte[]> entries) throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("data.pkl", pickle);
    all.putAll(entries);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> content : all.entrySet()) {
        ZipEntry entry = new ZipEntry("archive/" + content.getKey());
        CRC32 crc = new CRC32();
        crc.update(content.getValue());
        entry.setCrc(crc.getValue());
        entry.setSize(content.getValue().length);
        out.putNextEntry(entry);
        out.write(content.getValue());
      }
    }
    return file;
  }
}
