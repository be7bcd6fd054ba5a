package io.qkformer.train.event.dataset;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A file in a zip file that fails at its end if its checksum is another, which ZipFile does not look at. */
final class CheckedEntry extends CheckedInputStream {
  private final ZipEntry entry;

  CheckedEntry(ZipFile zip, ZipEntry entry) throws IOException {
    super(zip.getInputStream(entry), new CRC32());
    this.entry = entry;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    if (read < 0 && getChecksum().getValue() != entry.getCrc()) {
      throw new ZipException("the checksum of " + entry.getName() + " is not the one that the zip file says");
    }
    return read;
  }
}
