package io.qkformer.train.checkpoint;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal digits. */
final class Sha256 {

  private static final int CHUNK_BYTES = 1 << 18;

  private Sha256() {
  }

  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  static String of(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, Math.max(1, Files.size(file)))];
    try (InputStream in = Files.newInputStream(file)) {
      for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
        digest.update(chunk, 0, got);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Passes bytes on, and counts and digests them. */
  static final class Sink extends FilterOutputStream {

    private final MessageDigest digest = digest();
    private long bytes;

    Sink(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      digest.update((byte) b);
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      out.write(source, offset, length);
      digest.update(source, offset, length);
      bytes += length;
    }

    long bytes() {
      return bytes;
    }

    /** The sum of all bytes; once. */
    String sum() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
