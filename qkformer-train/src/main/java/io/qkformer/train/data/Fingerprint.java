package io.qkformer.train.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 checksum over texts, numbers and bytes in a row, by which a data set is known again: see
 * {@link Dataset#fingerprint()}. Texts and bytes are preceded by their length, so that "ab", "c" is not "a", "bc". For one
 * thread.
 */
public final class Fingerprint {
  private final MessageDigest digest;

  /** Starts an empty row. */
  public Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds a text. */
  public Fingerprint text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a number. */
  public Fingerprint number(long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    return this;
  }

  /** Adds bytes. */
  public Fingerprint bytes(byte[] bytes) {
    number(bytes.length);
    digest.update(bytes);
    return this;
  }

  /** Returns the checksum as 64 digits in small letters and ends the row: nothing may be added after it. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
