package io.qkformer.checkpoint;

/**
 * Where a tensor's elements lie: a storage of the file, of which old files may name a part only.
 *
 * @param type type of its elements
 * @param key its name in the file
 * @param elements number of elements in the file
 * @param viewOffset first element of the part
 * @param viewElements number of elements of the part
 */
record TorchStorage(ElementType type, String key, long elements, long viewOffset, long viewElements) {
  /** Refuses sizes that cannot be; whether the file is so long is checked by whoever reads it. */
  static TorchStorage of(ElementType type, String key, long elements, long viewOffset, long viewElements)
      throws CheckpointFormatException {
    if (elements < 0 || elements > Long.MAX_VALUE / type.bytes()) {
      throw CheckpointFormatException.corrupt("storage '%s' would have %d elements", key, elements);
    }
    if (viewOffset < 0 || viewElements < 0 || viewElements > elements - viewOffset) {
      throw CheckpointFormatException.corrupt("storage '%s' has %d elements, a part of %d from %d is asked "
          + "for", key, elements, viewElements, viewOffset);
    }
    return new TorchStorage(type, key, elements, viewOffset, viewElements);
  }

  /** Bytes of the whole storage in the file. */
  long bytes() {
    return elements * type.bytes();
  }

  boolean sameInFile(TorchStorage other) {
    return type == other.type && elements == other.elements;
  }
}
