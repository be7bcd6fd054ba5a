package io.qkformer.checkpoint;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads and writes safetensors files: an 8-byte little-endian header length, a JSON header, the raw tensors.
 * Format: https://github.com/huggingface/safetensors#format
 *
 * <p>Reading is strict: the whole header is checked against the file's length before any tensor is read. F64,
 * F32, F16 and BF16 are loaded as FLOAT (F64 rounded as PyTorch's {@code .float()} does), I64, I32, I16, I8
 * and U8 as LONG.
 */
public final class SafeTensors {
  private SafeTensors() {}

  /**
   * Returns the tensors in the header's order.
   *
   * @throws CheckpointFormatException if the file is truncated or corrupt, or holds a type that is not read
   * @throws IOException if the file cannot be read
   */
  public static StateDict read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return readTensors(channel, readHeader(channel));
    } catch (IOException e) {
      throw CheckpointFormatException.in(file, e);
    }
  }

  /**
   * Returns the file's {@code __metadata__}, empty where there is none. The header is checked as in {@link
   * #read}; the tensors are not read.
   *
   * @throws CheckpointFormatException if the header is truncated or corrupt, or names a type that is not read
   * @throws IOException if the file cannot be read
   */
  public static Map<String, String> readMetadata(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return Collections.unmodifiableMap(readHeader(channel).metadata());
    } catch (IOException e) {
      throw CheckpointFormatException.in(file, e);
    }
  }

  /**
   * Writes a file, FLOAT as F32 and LONG as I64, replacing what is there by a finished file only ({@link
   * AtomicFile}). The header keeps the tensors' order.
   *
   * @param metadata free text under {@code __metadata__}, may be empty
   * @throws IllegalArgumentException if a tensor is called {@code __metadata__} or exceeds 2 GiB, a name or a
   *     metadata text cannot be encoded as UTF-8, or the header would exceed the format's 100 MB
   * @throws IOException if the file cannot be written; the message names it, and the old file is intact
   */
  public static void write(Path file, StateDict tensors, Map<String, String> metadata) throws IOException {
    AtomicFile.write(file, out -> write(out, tensors, metadata));
  }

  /**
   * Writes the bytes of a file to a stream, as {@link #write(Path, StateDict, Map)} does.
   *
   * @throws IllegalArgumentException as there; then nothing was written
   * @throws IOException if the stream fails
   */
  public static void write(OutputStream out, StateDict tensors, Map<String, String> metadata)
      throws IOException {
    metadata.forEach((key, value) -> {
      requireEncodable("metadata key", key);
      requireEncodable("metadata value of '" + key + "'", value);
    });
    List<Map.Entry<String, INDArray>> byPlace = new ArrayList<>(tensors.entries());
    // PyTorch views the data in place, so each element must lie at a multiple of its size; no hole is
    // allowed.
    byPlace.sort(Comparator.comparingInt(entry -> -ElementType.written(entry.getValue().dataType()).bytes()));
    byte[] header = new SafeTensorsHeader(place(tensors, byPlace), metadata).toBytes();
    if (header.length > SafeTensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException("names and metadata take " + header.length
          + " bytes, expected at most " + SafeTensorsHeader.MAX_BYTES);
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Map.Entry<String, INDArray> entry : byPlace) {
      TensorMemory.write(entry.getValue(), out);
    }
  }

  private static List<SafeTensorsHeader.Tensor> place(StateDict tensors,
      List<Map.Entry<String, INDArray>> byPlace) {
    Map<String, SafeTensorsHeader.Tensor> placed = new HashMap<>();
    long begin = 0;
    for (Map.Entry<String, INDArray> entry : byPlace) {
      String name = entry.getKey();
      INDArray array = entry.getValue();
      requireEncodable("tensor name", name);
      ElementType type = ElementType.written(array.dataType());
      if (name.equals(SafeTensorsHeader.METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be called " + name
            + ": the format reserves this name");
      }
      if (array.length() > Integer.MAX_VALUE / type.bytes()) {
        throw new IllegalArgumentException("tensor '" + name + "' has " + array.length()
            + " elements; one tensor may take 2 GiB at most");
      }
      long end = begin + array.length() * type.bytes();
      placed.put(name, new SafeTensorsHeader.Tensor(name, type, array.shape(), begin, end));
      begin = end;
    }
    return tensors.names().stream().map(placed::get).toList();
  }

  private static void requireEncodable(String what, String text) {
    CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    if (text == null || !encoder.canEncode(text)) {
      throw new IllegalArgumentException(what + " is null or holds half a surrogate pair: '" + text + "'");
    }
  }

  private static SafeTensorsHeader readHeader(FileChannel channel) throws IOException {
    long size = channel.size();
    InputStream in = Channels.newInputStream(channel);
    byte[] prefix = in.readNBytes(Long.BYTES);
    if (prefix.length < Long.BYTES) {
      throw CheckpointFormatException.truncated("%d bytes are too few for a safetensors file", size);
    }
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > SafeTensorsHeader.MAX_BYTES) {
      throw CheckpointFormatException.corrupt("not a safetensors file: its header would have %s bytes, at "
          + "most %d are allowed", Long.toUnsignedString(length), SafeTensorsHeader.MAX_BYTES);
    }
    if (length > size - Long.BYTES) {
      throw CheckpointFormatException.truncated("the safetensors header has %d bytes, %d are there", length,
          size - Long.BYTES);
    }
    return SafeTensorsHeader.parse(in.readNBytes((int) length), size - Long.BYTES - length);
  }

  private static StateDict readTensors(FileChannel channel, SafeTensorsHeader header) throws IOException {
    long dataStart = channel.position();
    StateDict.Builder builder = StateDict.builder();
    for (SafeTensorsHeader.Tensor tensor : header.tensors()) {
      INDArray array = TensorMemory.allocate(tensor.type().loadedAs(), tensor.shape());
      if (tensor.count() > 0) {
        channel.position(dataStart + tensor.begin());
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
        TensorMemory.read(in, tensor.type(), ByteOrder.LITTLE_ENDIAN, tensor.count(),
            TensorMemory.bytes(array));
        Reference.reachabilityFence(array);
      }
      builder.put(tensor.name(), array);
    }
    return builder.build();
  }
}
