package io.qkformer.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The checksums of a PNG file's chunks (PNG specification, 5.3), which Java's reader does not compare. */
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;
  private static final int TYPE_BYTES = 4;
  /** Length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private PngChunks() { }

  /**
   * Checks all chunks up to the end or the last whole frame.
   *
   * @throws IOException if one is cut off or has another checksum than its content
   */
  static void check(byte[] file) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(file);
    int at = SIGNATURE_BYTES;
    while (at + FRAME_BYTES <= file.length) {
      int length = buffer.getInt(at);
      String type = new String(file, at + Integer.BYTES, TYPE_BYTES, StandardCharsets.ISO_8859_1);
      if (length < 0 || length > file.length - at - FRAME_BYTES) {
        throw new IOException("premature end: chunk " + type + " claims " + Integer.toUnsignedString(length)
            + " bytes, the file has " + (file.length - at - FRAME_BYTES) + " more");
      }
      CRC32 checksum = new CRC32();
      checksum.update(file, at + Integer.BYTES, TYPE_BYTES + length);
      if ((int) checksum.getValue() != buffer.getInt(at + Integer.BYTES + TYPE_BYTES + length)) {
        throw new IOException("chunk " + type + " at byte " + at + " is damaged: its checksum does not fit");
      }
      if (type.equals("IEND")) {
        return;
      }
      at += FRAME_BYTES + length;
    }
  }
}
