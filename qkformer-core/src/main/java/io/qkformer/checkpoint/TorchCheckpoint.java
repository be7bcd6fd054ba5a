package io.qkformer.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * Reads the weights of a file that {@code torch.save} wrote ({@code .pth}, {@code .pt}, {@code .pth.tar}):
 * the zip form since PyTorch 1.6 or the form before it; a bare {@code state_dict}, or one under {@code model}
 * or {@code state_dict} of a training checkpoint, whose other parts are skipped.
 *
 * <p>The pickle inside is read as data: nothing in the file is executed, and a constructor that weights and
 * training checkpoints have no need of is refused by its name. Floating-point tensors become FLOAT, integers
 * LONG; strided and shared tensors become arrays of their own.
 */
public final class TorchCheckpoint {
  private static final List<String> WRAPPERS = List.of("model", "state_dict");
  /** {@code DataParallel} and {@code DistributedDataParallel} put it before every name. */
  private static final String PARALLEL_PREFIX = "module.";
  private static final int ZIP_FIRST_BYTE = 'P';
  private static final int SHOWN_KEYS = 10;

  private TorchCheckpoint() {}

  /**
   * Returns the weights in the file's order, without the prefix {@code module.} if all names have it.
   *
   * @throws CheckpointFormatException if the file is truncated or corrupt, holds no weights, or asks for a
   *     constructor that is not on the list ({@link CheckpointFormatException.Problem#REFUSED})
   * @throws IOException if the file cannot be read
   */
  public static StateDict read(Path file) throws IOException {
    try (TorchContainer container = open(file)) {
      return TorchTensorLoader.load(container, weights(container.root()));
    } catch (ZipException | EOFException e) {
      throw CheckpointFormatException.in(file,
          CheckpointFormatException.corrupt("the zip archive contradicts itself: %s", e));
    } catch (IOException e) {
      throw CheckpointFormatException.in(file, e);
    }
  }

  private static TorchContainer open(Path file) throws IOException {
    int first;
    try (InputStream in = Files.newInputStream(file)) {
      first = in.read();
    }
    if (first < 0) {
      throw CheckpointFormatException.truncated("the file is empty");
    }
    return first == ZIP_FIRST_BYTE ? new TorchZipFile(file) : new TorchLegacyFile(file);
  }

  private static Map<String, TorchTensor> weights(Object root) throws CheckpointFormatException {
    if (!(root instanceof PickleValue.Dict dict)) {
      throw CheckpointFormatException.unsupported("the file holds no dictionary; save model.state_dict()");
    }
    if (dict.entries().stream().allMatch(entry -> entry.getValue() instanceof TorchTensor)) {
      return tensors(dict);
    }
    for (String wrapper : WRAPPERS) {
      if (dict.get(wrapper) instanceof PickleValue.Dict wrapped) {
        return tensors(wrapped);
      }
    }
    List<String> keys =
        dict.entries().stream().limit(SHOWN_KEYS).map(entry -> shown(entry.getKey())).toList();
    throw CheckpointFormatException.unsupported("no weights found: neither a state_dict nor one under %s; "
        + "the keys begin with %s", WRAPPERS, keys);
  }

  private static String shown(Object key) {
    return key instanceof String text ? text : key == null ? "None" : key.getClass().getSimpleName();
  }

  private static Map<String, TorchTensor> tensors(PickleValue.Dict dict) throws CheckpointFormatException {
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<Object, Object> entry : dict.entries()) {
      if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof TorchTensor tensor)) {
        throw CheckpointFormatException.unsupported("entry '%s' of the state_dict is not a named tensor",
            shown(entry.getKey()));
      }
      tensors.put(name, tensor);
    }
    boolean parallel = tensors.keySet().stream().allMatch(name -> name.startsWith(PARALLEL_PREFIX));
    return parallel ? stripped(tensors) : tensors;
  }

  private static Map<String, TorchTensor> stripped(Map<String, TorchTensor> tensors) {
    Map<String, TorchTensor> stripped = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> stripped.put(name.substring(PARALLEL_PREFIX.length()), tensor));
    return stripped;
  }
}
