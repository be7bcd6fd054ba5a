package io.qkformer.checkpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A tensor as a checkpoint describes it: a strided view of a storage; nothing is read yet. */
record TorchTensor(TorchStorage storage, long offset, long[] shape, long[] strides) {
  /**
   * Returns the number of elements, having checked that all of them lie inside the storage.
   *
   * @throws CheckpointFormatException if they do not, or shape and strides do not fit each other
   */
  long validCount(String name) throws CheckpointFormatException {
    if (shape.length != strides.length) {
      throw CheckpointFormatException.corrupt("tensor '%s' has shape %s, but strides %s", name,
          Arrays.toString(shape), Arrays.toString(strides));
    }
    long count = TensorMemory.count(name, shape);
    if (count > 0 && !isInside()) {
      throw CheckpointFormatException.corrupt("tensor '%s' %s with strides %s from element %d leaves its "
          + "storage of %d elements", name, Arrays.toString(shape), Arrays.toString(strides), offset,
          storage.viewElements());
    }
    return count;
  }

  private boolean isInside() {
    long left = storage.viewElements() - 1;
    if (offset < 0 || offset > left) {
      return false;
    }
    left -= offset;
    for (int axis = 0; axis < shape.length; axis++) {
      long steps = shape[axis] - 1;
      if (strides[axis] < 0 || steps > 0 && strides[axis] > left / steps) {
        return false;
      }
      left -= steps * strides[axis];
    }
    return true;
  }

  private boolean isContiguous() {
    long expected = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] != 1 && strides[axis] != expected) {
        return false;
      }
      expected *= shape[axis];
    }
    return true;
  }

  /**
   * Copies the elements in C order.
   *
   * @param source the whole storage, loaded
   * @param count the number of elements, from {@link #validCount}
   * @param target takes the elements from its position on
   */
  void copy(ByteBuffer source, int count, ByteBuffer target) {
    int size = storage.type().loadedBytes();
    int start = Math.toIntExact(storage.viewOffset() + offset);
    if (isContiguous()) {
      target.put(source.slice(start * size, count * size));
      return;
    }
    long[] index = new long[shape.length];
    long place = start;
    for (int i = 0; i < count; i++) {
      if (size == Float.BYTES) {
        target.putInt(source.getInt((int) place * size));
      } else {
        target.putLong(source.getLong((int) place * size));
      }
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        place -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
  }
}
