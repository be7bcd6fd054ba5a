package io.qkformer.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The form since PyTorch 1.6: an uncompressed zip archive with {@code <name>/data.pkl}, one entry {@code
 * <name>/data/<key>} for each storage, {@code <name>/byteorder}, and others that loading does not need.
 * Format: https://pytorch.org/docs/stable/notes/serialization.html
 */
final class TorchZipFile implements TorchContainer {
  private static final String PICKLE = "/data.pkl";
  private static final String BYTE_ORDER = "/byteorder";
  private static final String STORAGES = "/data/";
  private static final String BIG = "big";
  private static final int LONGEST_BYTE_ORDER = 16;

  private final ZipFile zip;
  private final long fileBytes;
  private final String name;
  private final boolean checksums;
  private final ByteOrder byteOrder;
  private final Object root;

  /** Opens the archive and reads its pickle. */
  TorchZipFile(Path file) throws IOException {
    fileBytes = Files.size(file);
    zip = open(file);
    try {
      ZipEntry pickle = pickle();
      name = pickle.getName().substring(0, pickle.getName().length() - PICKLE.length());
      // torch.serialization.set_crc32_options(False) leaves all checksums 0.
      checksums = pickle.getCrc() != 0;
      byteOrder = byteOrder();
      root = PickleReader.read(new PickleInput(bytes(pickle, MAX_PICKLE_BYTES)), new TorchVocabulary());
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static ZipFile open(Path file) throws IOException {
    try {
      return new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw CheckpointFormatException.corrupt("not a readable zip archive, or its end is missing: %s",
          e.getMessage());
    }
  }

  private ZipEntry pickle() throws CheckpointFormatException {
    List<? extends ZipEntry> pickles = zip.stream().filter(entry -> entry.getName().endsWith(PICKLE))
        .toList();
    if (pickles.size() != 1) {
      throw CheckpointFormatException.corrupt("a PyTorch archive has one entry <name>%s, this one %d", PICKLE,
          pickles.size());
    }
    return pickles.get(0);
  }

  private ByteOrder byteOrder() throws IOException {
    ZipEntry entry = zip.getEntry(name + BYTE_ORDER);
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String order = new String(bytes(entry, LONGEST_BYTE_ORDER), StandardCharsets.US_ASCII);
    return order.equals(BIG) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private byte[] bytes(ZipEntry entry, int limit) throws IOException {
    if (entry.getSize() > limit) {
      throw CheckpointFormatException.unsupported("entry %s has %d bytes, expected at most %d",
          entry.getName(), entry.getSize(), limit);
    }
    CheckedInputStream in = stream(entry);
    byte[] bytes = in.readNBytes((int) entry.getSize());
    requireChecksum(entry, in);
    return bytes;
  }

  private CheckedInputStream stream(ZipEntry entry) throws IOException {
    // A compressed entry could unfold to a thousand times the file's length.
    if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
      throw CheckpointFormatException.unsupported("entry %s is compressed; PyTorch stores its entries as "
          + "they are", entry.getName());
    }
    if (entry.getSize() < 0 || entry.getSize() > fileBytes) {
      throw CheckpointFormatException.truncated("entry %s would have %d bytes, the whole file has %d",
          entry.getName(), entry.getSize(), fileBytes);
    }
    return new CheckedInputStream(zip.getInputStream(entry), new CRC32());
  }

  private void requireChecksum(ZipEntry entry, CheckedInputStream in) throws CheckpointFormatException {
    if (checksums && in.getChecksum().getValue() != entry.getCrc()) {
      throw CheckpointFormatException.corrupt("entry %s is damaged: checksum %08x, expected %08x",
          entry.getName(), in.getChecksum().getValue(), entry.getCrc());
    }
  }

  @Override
  public Object root() {
    return root;
  }

  @Override
  public long fileBytes() {
    return fileBytes;
  }

  @Override
  public void read(TorchStorage storage, ByteBuffer target) throws IOException {
    ZipEntry entry = zip.getEntry(name + STORAGES + storage.key());
    if (entry == null) {
      throw CheckpointFormatException.corrupt("storage '%s' is not in the archive", storage.key());
    }
    if (entry.getSize() != storage.bytes()) {
      throw CheckpointFormatException.corrupt("storage '%s' of %d x %s needs %d bytes, its entry has %d",
          storage.key(), storage.elements(), storage.type(), storage.bytes(), entry.getSize());
    }
    try (CheckedInputStream in = stream(entry)) {
      TensorMemory.read(in, storage.type(), byteOrder, storage.elements(), target);
      requireChecksum(entry, in);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
