package io.qkformer.checkpoint;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads described tensors: each storage once, then all tensors that look into it. */
final class TorchTensorLoader {
  /** FLOAT from bfloat16 doubles, LONG from bytes takes eightfold, and tied weights are held twice. */
  private static final long MAX_EXPANSION = 16;
  /** Also allowed: a small file may hold an expanded tensor, one element repeated. */
  private static final long ALWAYS_ALLOWED_BYTES = 64 << 20;

  private TorchTensorLoader() {}

  /** Checks all tensors, then reads them; the order is that of the map. */
  static StateDict load(TorchContainer file, Map<String, TorchTensor> tensors) throws IOException {
    TensorMemory.requirePlausibleNumber(tensors.size());
    Map<String, List<String>> namesByStorage = new LinkedHashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    long storageBytes = 0;
    long loadedBytes = 0;
    for (Map.Entry<String, TorchTensor> entry : tensors.entrySet()) {
      String name = entry.getKey();
      TorchTensor tensor = entry.getValue();
      TorchStorage storage = tensor.storage();
      long count = tensor.validCount(name);
      TensorMemory.requireLoadable(name, storage.type(), count);
      TensorMemory.requireLoadable("the storage of " + name, storage.type(), storage.elements());
      counts.put(name, (int) count);
      loadedBytes += count * storage.type().loadedBytes();
      if (!namesByStorage.containsKey(storage.key())) {
        storageBytes += storage.bytes();
      }
      namesByStorage.computeIfAbsent(storage.key(), key -> new ArrayList<>()).add(name);
    }
    requirePlausible(storageBytes, loadedBytes, file.fileBytes());

    Map<String, INDArray> arrays = new HashMap<>();
    for (List<String> names : namesByStorage.values()) {
      loadStorage(file, tensors, counts, names, arrays);
    }
    StateDict.Builder ordered = StateDict.builder();
    tensors.keySet().forEach(name -> ordered.put(name, arrays.get(name)));
    return ordered.build();
  }

  private static void requirePlausible(long storageBytes, long loadedBytes, long fileBytes)
      throws CheckpointFormatException {
    if (storageBytes > fileBytes) {
      throw CheckpointFormatException.truncated("the tensors' storages need %d bytes, the whole file has %d",
          storageBytes, fileBytes);
    }
    if ((loadedBytes - ALWAYS_ALLOWED_BYTES) / MAX_EXPANSION > fileBytes) {
      throw CheckpointFormatException.unsupported("the tensors would take %d bytes, more than %d times the "
          + "file's %d", loadedBytes, MAX_EXPANSION, fileBytes);
    }
  }

  private static void loadStorage(TorchContainer file, Map<String, TorchTensor> tensors,
      Map<String, Integer> counts, List<String> names, Map<String, INDArray> arrays) throws IOException {
    TorchStorage storage = tensors.get(names.get(0)).storage();
    ByteBuffer source = ByteBuffer.allocate((int) storage.elements() * storage.type().loadedBytes())
        .order(ByteOrder.nativeOrder());
    if (storage.elements() > 0) {
      file.read(storage, source);
    }
    for (String name : names) {
      TorchTensor tensor = tensors.get(name);
      INDArray array = TensorMemory.allocate(storage.type().loadedAs(), tensor.shape());
      if (counts.get(name) > 0) {
        tensor.copy(source, counts.get(name), TensorMemory.bytes(array));
        Reference.reachabilityFence(array);
      }
      arrays.put(name, array);
    }
  }
}
