package io.qkformer.checkpoint;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The form before PyTorch 1.6: five pickles (magic number, protocol version, system, the object, the
 * storages' keys), then for each key the number of elements as 8 bytes and the elements, little-endian.
 * Source: {@code torch.serialization._legacy_save}.
 */
final class TorchLegacyFile implements TorchContainer {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  private final FileChannel channel;
  private final long fileBytes;
  private final Object root;
  /** Where each storage's elements begin. */
  private final Map<String, Long> places = new HashMap<>();

  /** Opens the file, reads its pickles and finds its storages. */
  TorchLegacyFile(Path file) throws IOException {
    channel = FileChannel.open(file);
    try {
      fileBytes = channel.size();
      int head = (int) Math.min(fileBytes, MAX_PICKLE_BYTES);
      PickleInput in = new PickleInput(Channels.newInputStream(channel).readNBytes(head));
      requireHeader(in);
      TorchVocabulary vocabulary = new TorchVocabulary();
      root = PickleReader.read(in, vocabulary);
      findStorages(PickleReader.read(in, new TorchVocabulary()), vocabulary.storages(), in.position());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void requireHeader(PickleInput in) throws CheckpointFormatException {
    if (!MAGIC.equals(PickleReader.read(in, new TorchVocabulary()))) {
      throw CheckpointFormatException.corrupt("a pickle, but not one of PyTorch: its magic number is "
          + "missing");
    }
    Object protocol = PickleReader.read(in, new TorchVocabulary());
    if (!(protocol instanceof Long number) || number != PROTOCOL) {
      throw CheckpointFormatException.unsupported("PyTorch's protocol version is %s, expected %d", protocol,
          PROTOCOL);
    }
    // What the writing system's integers were like: the storages are little-endian whatever it says.
    PickleReader.read(in, new TorchVocabulary());
  }

  private void findStorages(Object keys, Map<String, TorchStorage> storages, long start) throws IOException {
    if (!(keys instanceof PickleValue.Sequence sequence)) {
      throw CheckpointFormatException.corrupt("the list of storages is missing");
    }
    long place = start;
    for (Object key : sequence.items()) {
      TorchStorage storage = key instanceof String text ? storages.get(text) : null;
      if (storage == null) {
        throw CheckpointFormatException.corrupt("the file holds a storage that no tensor uses");
      }
      long elements = count(place);
      place += Long.BYTES;
      if (elements != storage.elements()) {
        throw CheckpointFormatException.corrupt("storage '%s' has %d elements, expected %d", storage.key(),
            elements, storage.elements());
      }
      if (storage.bytes() > fileBytes - place) {
        throw CheckpointFormatException.truncated("storage '%s' needs %d bytes, %d are there", storage.key(),
            storage.bytes(), fileBytes - place);
      }
      if (places.put(storage.key(), place) != null) {
        throw CheckpointFormatException.corrupt("storage '%s' is there twice", storage.key());
      }
      place += storage.bytes();
    }
  }

  private long count(long place) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, place + bytes.position()) < 0) {
        throw CheckpointFormatException.truncated("a storage should begin at byte %d of %d", place,
            fileBytes);
      }
    }
    return bytes.getLong(0);
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
    Long place = places.get(storage.key());
    if (place == null) {
      throw CheckpointFormatException.corrupt("storage '%s' is not in the file", storage.key());
    }
    channel.position(place);
    BufferedInputStream in = new BufferedInputStream(Channels.newInputStream(channel));
    TensorMemory.read(in, storage.type(), ByteOrder.LITTLE_ENDIAN, storage.elements(), target);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
