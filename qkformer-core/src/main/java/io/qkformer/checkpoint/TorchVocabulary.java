package io.qkformer.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names in PyTorch checkpoints: the few constructors that tensors need, and data holders of a training
 * checkpoint (arguments, optimizer, schedule), whose content is skipped. Everything else is refused.
 *
 * <p>As {@code torch._utils} and {@code torch.serialization} of PyTorch 1.13 and 2.x write them.
 */
final class TorchVocabulary implements PickleVocabulary {
  private static final String STORAGE = "storage";
  private static final List<String> INERT = List.of(
      "argparse.Namespace", "types.SimpleNamespace", "torch.device", "_codecs.encode",
      "collections.defaultdict", "collections.Counter", "collections.deque",
      "builtins.dict", "builtins.list", "builtins.set", "builtins.frozenset", "builtins.int",
      "builtins.float", "builtins.complex", "builtins.slice", "builtins.bytearray",
      "__builtin__.dict", "__builtin__.list", "__builtin__.set", "__builtin__.frozenset", "__builtin__.int",
      "__builtin__.float", "__builtin__.complex", "__builtin__.slice", "__builtin__.bytearray",
      "pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath",
      "pathlib.PureWindowsPath", "pathlib._local.PosixPath", "pathlib._local.WindowsPath",
      "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
      "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct");

  private static final List<String> DTYPES = List.of("float64", "float32", "float16", "bfloat16", "int64",
      "int32", "int16", "int8", "uint8", "bool", "complex64", "complex128");

  private static final Map<String, Object> GLOBALS = globals();

  private final Map<String, TorchStorage> storages = new HashMap<>();

  private static Map<String, Object> globals() {
    Map<String, Object> globals = new HashMap<>();
    Map.of("DoubleStorage", ElementType.F64, "FloatStorage", ElementType.F32, "HalfStorage", ElementType.F16,
        "BFloat16Storage", ElementType.BF16, "LongStorage", ElementType.I64, "IntStorage", ElementType.I32,
        "ShortStorage", ElementType.I16, "CharStorage", ElementType.I8, "ByteStorage", ElementType.U8,
        "BoolStorage", ElementType.BOOL).forEach((name, type) -> globals.put("torch." + name, type));
    globals.put("torch.ComplexFloatStorage", ElementType.C64);
    globals.put("torch.ComplexDoubleStorage", ElementType.C128);
    globals.put("torch.UntypedStorage", ElementType.U8);
    globals.put("torch.storage.UntypedStorage", ElementType.U8);

    constructor(globals, "torch._utils._rebuild_tensor_v2", TorchVocabulary::tensor);
    constructor(globals, "torch._utils._rebuild_tensor", TorchVocabulary::tensor);
    constructor(globals, "torch._utils._rebuild_parameter", TorchVocabulary::parameter);
    constructor(globals, "torch._utils._rebuild_parameter_with_state", TorchVocabulary::parameter);
    constructor(globals, "torch.Size", TorchVocabulary::size);
    constructor(globals, "collections.OrderedDict", TorchVocabulary::dict);
    for (String name : INERT) {
      constructor(globals, name, arguments -> new PickleValue.Inert(name));
    }
    for (String dtype : DTYPES) {
      String name = "torch." + dtype;
      globals.put(name, new PickleValue.Inert(name));
    }
    return Map.copyOf(globals);
  }

  private static void constructor(Map<String, Object> globals, String name, Constructor constructor) {
    globals.put(name, constructor);
  }

  @Override
  public Object global(String module, String name, long position) throws CheckpointFormatException {
    Object meaning = GLOBALS.get(module + "." + name);
    if (meaning == null) {
      throw CheckpointFormatException.refused(module + "." + name, position);
    }
    return meaning;
  }

  /**
   * ('storage', type, key, device, elements), in the legacy form also None or (key, offset, elements) of a
   * part.
   */
  @Override
  public Object persistent(Object id) throws CheckpointFormatException {
    List<Object> items = items(id, "a storage");
    if (items.size() < 5 || !STORAGE.equals(items.get(0)) || !(items.get(1) instanceof ElementType type)) {
      throw CheckpointFormatException.corrupt("a tensor's data is described in an unknown way");
    }
    String key = text(items.get(2), "a storage key");
    long elements = number(items.get(4), "a storage size");
    long viewOffset = 0;
    long viewElements = elements;
    if (items.size() > 5 && items.get(5) != null) {
      List<Object> part = items(items.get(5), "a part of a storage");
      viewOffset = number(argument(part, 1), "a storage offset");
      viewElements = number(argument(part, 2), "a storage size");
    }
    TorchStorage storage = TorchStorage.of(type, key, elements, viewOffset, viewElements);
    TorchStorage known = storages.putIfAbsent(key, storage);
    if (known != null && !known.sameInFile(storage)) {
      throw CheckpointFormatException.corrupt("storage '%s' is %d x %s and also %d x %s", key,
          known.elements(), known.type(), elements, type);
    }
    return storage;
  }

  /** Returns the storages met so far, by key. */
  Map<String, TorchStorage> storages() {
    return storages;
  }

  private static Object tensor(List<Object> arguments) throws CheckpointFormatException {
    if (!(argument(arguments, 0) instanceof TorchStorage storage)) {
      throw CheckpointFormatException.corrupt("a tensor has no storage");
    }
    return new TorchTensor(storage, number(argument(arguments, 1), "a tensor's offset"),
        numbers(argument(arguments, 2), "a tensor's shape"), numbers(argument(arguments, 3),
        "a tensor's strides"));
  }

  private static Object parameter(List<Object> arguments) throws CheckpointFormatException {
    return argument(arguments, 0);
  }

  private static Object size(List<Object> arguments) throws CheckpointFormatException {
    return new PickleValue.Tuple(items(argument(arguments, 0), "a size"));
  }

  private static Object dict(List<Object> arguments) throws CheckpointFormatException {
    // Copying a list of entries for each call would let a small file fill the memory.
    if (!arguments.isEmpty()) {
      throw CheckpointFormatException.unsupported("an ordered dictionary made from a list, as Python 2 "
          + "writes it");
    }
    return new PickleValue.Dict();
  }

  private static Object argument(List<Object> arguments, int index) throws CheckpointFormatException {
    if (index >= arguments.size()) {
      throw CheckpointFormatException.corrupt("a constructor has %d arguments, too few", arguments.size());
    }
    return arguments.get(index);
  }

  private static List<Object> items(Object value, String what) throws CheckpointFormatException {
    if (value instanceof PickleValue.Tuple tuple) {
      return tuple.items();
    }
    if (value instanceof PickleValue.Sequence sequence) {
      return sequence.items();
    }
    throw CheckpointFormatException.corrupt("%s is not a tuple or list", what);
  }

  private static String text(Object value, String what) throws CheckpointFormatException {
    if (value instanceof String text) {
      return text;
    }
    throw CheckpointFormatException.corrupt("%s is no text", what);
  }

  private static long number(Object value, String what) throws CheckpointFormatException {
    if (value instanceof Long number) {
      return number;
    }
    throw CheckpointFormatException.corrupt("%s is no integer of 64 bits", what);
  }

  private static long[] numbers(Object value, String what) throws CheckpointFormatException {
    List<Object> items = items(value, what);
    if (items.size() > TensorMemory.MAX_RANK) {
      throw CheckpointFormatException.unsupported("%s has %d axes, expected at most %d", what, items.size(),
          TensorMemory.MAX_RANK);
    }
    long[] numbers = new long[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(items.get(i), what);
    }
    return numbers;
  }
}
