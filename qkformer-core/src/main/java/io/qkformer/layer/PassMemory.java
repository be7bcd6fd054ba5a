package io.qkformer.layer;

import io.qkformer.kernel.CompactMap;
import io.qkformer.kernel.Engine;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.TensorPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a pass, and the passes within it that compute something again, took of the engine's pool. */
final class PassMemory {

  /** An array of the pool and how many hold it. */
  private static final class Use {
    final INDArray array;
    int holders = 1;
    CompactMap spikes;
    boolean packed;

    Use(INDArray array) {
      this.array = array;
    }
  }

  /** Floats of a parameter that one thread copies at a time. */
  private static final int COPIED_AT_ONCE = 1 << 16;

  private final Engine engine;
  private final Map<Long, Use> uses = new HashMap<>();
  /** How many hold the spikes and counts that were packed. */
  private final Map<CompactMap, Integer> packed = new IdentityHashMap<>();
  private final Set<byte[]> bytes = Collections.newSetFromMap(new IdentityHashMap<>());

  PassMemory(Engine engine) {
    this.engine = engine;
  }

  boolean isUnused() {
    return uses.isEmpty();
  }

  /** {@link Pass#allocate}. */
  INDArray allocate(long[] shape) {
    INDArray array = engine.pool().take(shape);
    uses.put(TensorPool.key(array), new Use(array));
    return array;
  }

  /** {@link Pass#retain}. */
  void retain(INDArray array) {
    Use use = uses.get(TensorPool.key(array));
    if (use != null) {
      use.holders++;
    }
  }

  /** {@link Pass#release(INDArray)}. */
  void release(INDArray array) {
    long key = TensorPool.key(array);
    Use use = uses.get(key);
    if (use != null && --use.holders == 0) {
      uses.remove(key);
      forget(use);
      engine.pool().giveBack(use.array);
    }
  }

  /** {@link Pass#spikes}. */
  CompactMap spikes(INDArray array) {
    Use use = uses.get(TensorPool.key(array));
    if (use == null || use.array.length() != array.length()) {
      return hold(CompactMap.pack(engine, Floats.of(array)));
    }
    if (!use.packed) {
      use.spikes = hold(CompactMap.pack(engine, Floats.of(array)));
      use.packed = true;
    }
    return hold(use.spikes);
  }

  /** {@link Pass#knownSpikes}. */
  CompactMap knownSpikes(INDArray array) {
    Use use = uses.get(TensorPool.key(array));
    return use == null || use.array.length() != array.length() ? null : hold(use.spikes);
  }

  private CompactMap hold(CompactMap spikes) {
    if (spikes != null) {
      packed.merge(spikes, 1, Integer::sum);
    }
    return spikes;
  }

  /** {@link Pass#release(CompactMap)}. */
  void release(CompactMap spikes) {
    Integer holders = packed.get(spikes);
    if (holders != null && holders > 1) {
      packed.put(spikes, holders - 1);
    } else if (holders != null) {
      packed.remove(spikes);
      spikes.giveBack(engine);
    }
  }

  /** {@link Pass#packed}. */
  void packed(INDArray array, CompactMap spikes) {
    Use use = uses.get(TensorPool.key(array));
    if (use == null) {
      spikes.giveBack(engine);
    } else {
      use.spikes = hold(spikes);
      use.packed = true;
    }
  }

  /** {@link Pass#changed}. */
  void changed(INDArray array) {
    Use use = uses.get(TensorPool.key(array));
    if (use != null) {
      forget(use);
    }
  }

  private void forget(Use use) {
    if (use.spikes != null) {
      release(use.spikes);
    }
    use.spikes = null;
    use.packed = false;
  }

  /** At least so many bytes, until {@link #release(byte[])}. */
  byte[] allocateBytes(int count) {
    byte[] taken = engine.pool().takeBytes(count);
    bytes.add(taken);
    return taken;
  }

  void release(byte[] taken) {
    if (bytes.remove(taken)) {
      engine.pool().giveBack(taken);
    }
  }

  /** {@link Pass#borrow}. */
  float[] borrow(Parameter parameter) {
    int length = Math.toIntExact(parameter.count());
    float[] buffer = engine.pool().takeBuffer(length);
    Floats values = Floats.of(parameter.value());
    engine.workers().forRanges(length, COPIED_AT_ONCE, (from, to, scratch) ->
        values.read(from, buffer, (int) from, (int) (to - from)));
    return buffer;
  }

  long heldBytes() {
    return uses.values().stream().mapToLong(use -> Float.BYTES * use.array.length()).sum();
  }

  /** Gives everything back. */
  void clear() {
    List<Use> left = new ArrayList<>(uses.values());
    uses.clear();
    left.forEach(use -> engine.pool().giveBack(use.array));
    packed.keySet().forEach(spikes -> spikes.giveBack(engine));
    packed.clear();
    bytes.forEach(taken -> engine.pool().giveBack(taken));
    bytes.clear();
  }
}
