package io.qkformer.examples.analyze;

import com.sun.management.ThreadMXBean;
import io.qkformer.examples.analyze.ComparedAttention.Operation;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.KernelProvider;
import io.qkformer.layer.Pass;
import java.lang.management.ManagementFactory;

/**
 * The memory of one attention operation, Q, K[, V] given, in evaluation: the high-water mark of the pool (the result and
 * what lies between) and what the thread allocates on the heap meanwhile (tiles).
 *
 * <p>An engine of its own, whose pool is empty. Its thread has its smallest tiles already, which every operation of a
 * network shares, from a run on a single token; larger ones count. One thread, whose allocations are counted; kernels
 * without SIMD, because the virtual machine allocates vectors until it has compiled them.
 */
final class OperationMemory {

  private OperationMemory() {
  }

  /** Bytes of an attention of {@code width} channels over a map. */
  static long bytes(ComparedAttention attention, int height, int columns, int width, int heads) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Operation operation = attention.operation(width, heads);
    try (AttentionInputs first = attention.inputs(1, 1, width);
        AttentionInputs inputs = attention.inputs(height, columns, width);
        Engine engine = Engine.create(KernelProvider.portable(), 1)) {
      try (Pass pass = Pass.evaluation(engine, 1)) {
        operation.attend(first.maps(), pass);
      }
      try (Pass pass = Pass.evaluation(engine, 1)) {
        long before = threads.getCurrentThreadAllocatedBytes();
        operation.attend(inputs.maps(), pass);
        long heap = threads.getCurrentThreadAllocatedBytes() - before;
        return engine.pool().use().arrays().mostBytes() + heap;
      }
    }
  }
}
