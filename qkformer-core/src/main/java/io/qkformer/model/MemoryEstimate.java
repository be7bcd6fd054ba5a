package io.qkformer.model;

import io.qkformer.layer.LayerMemory;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Recompute;
import io.qkformer.layer.ShapeTrace;
import java.util.List;

/**
 * What a training step of a model takes, before it runs.
 *
 * @param recompute  what is computed again
 * @param maps       bytes of the pool: the most feature maps and gradients in use at a time
 * @param kept       of {@code maps}, what is kept between forward and backward pass at that time
 * @param peakLayer  the layer in whose backward pass that is
 * @param compact    bytes of the heap: the most kept as bits and bytes
 * @param buffers    bytes of the heap: the most in use for one layer's weights and their gradient
 * @param parameters bytes of parameters, gradients and AdamW's two moments
 */
public record MemoryEstimate(Recompute recompute, long maps, long kept, String peakLayer, long compact, long buffers,
    long parameters) {

  /** Bytes that the Java virtual machine, ND4J and their code take (docs/performance.md). */
  public static final long FIXED = 120_000_000;
  /** What the pool holds, as a multiple of what is in use. */
  private static final double POOL_SLACK = 1.1;
  /** What the heap grows to, as a multiple of what is alive on it: garbage that the serial collector lets stand. */
  private static final double HEAP_SLACK = 2.5;
  /** Alive on the heap besides a step's. */
  private static final long HEAP_FIXED = 15_000_000;
  /** Value, gradient and AdamW's two moments of a parameter. */
  private static final int PARAMETER_COPIES = 4;

  /**
   * Estimates.
   *
   * @param input     shape of a batch; T0 = 1 for static images
   * @param timeSteps T
   */
  public static MemoryEstimate of(QKFormer model, MapShape input, int timeSteps, Recompute recompute) {
    ShapeTrace trace = new ShapeTrace(timeSteps);
    model.trace("", input, trace);
    Peak peak = new Peak(trace.rows());
    int next = 0;
    for (ShapeTrace.Part part : trace.parts()) {
      peak.addKept(next, part.from());
      if (recompute.covers(part.setting())) {
        peak.addRecomputed(part);
      } else {
        peak.addKept(part.from(), part.to());
      }
      next = part.to();
    }
    peak.addKept(next, trace.rows().size());
    return new MemoryEstimate(recompute, peak.maps, peak.kept, peak.layer, peak.compact, peak.buffers,
        PARAMETER_COPIES * Float.BYTES * model.parameterCount());
  }

  /** Goes through the rows and finds where the most is in use. */
  private static final class Peak {
    private final List<ShapeTrace.Row> rows;
    private long keptMaps;
    private long keptCompact;
    private long maps;
    private long kept;
    private String layer = "";
    private long compact;
    private long buffers;

    Peak(List<ShapeTrace.Row> rows) {
      this.rows = rows;
    }

    void addKept(int from, int to) {
      add(from, to, 0);
    }

    /** Only the input stays kept; while the rows run again, it is there unpacked, and so are the callers' gradients. */
    void addRecomputed(ShapeTrace.Part part) {
      keptMaps += part.kept().maps();
      keptCompact += part.kept().compact();
      long mapsBefore = keptMaps;
      long compactBefore = keptCompact;
      ShapeTrace.Row last = rows.get(part.to() - 1);
      long callers = last.memory().working() - part.working() + last.output().floatBytes();
      long unpacked = part.kept().compact() > 0 ? part.input().floatBytes() : 0;
      add(part.from(), part.to(), callers + unpacked);
      keptMaps = mapsBefore;
      keptCompact = compactBefore;
    }

    private void add(int from, int to, long besidesForward) {
      for (ShapeTrace.Row row : rows.subList(from, to)) {
        LayerMemory memory = row.memory();
        keptMaps += memory.maps();
        keptCompact += memory.compact();
        buffers = Math.max(buffers, memory.buffers());
        compact = Math.max(compact, keptCompact);
        long now = keptMaps + Math.max(memory.working(), memory.flowing() + besidesForward);
        if (now > maps) {
          maps = now;
          kept = keptMaps;
          layer = row.name();
        }
      }
    }
  }

  /** Bytes of the step's own memory: all but the parameters and what is fixed. */
  public long perBatch() {
    return maps + compact + buffers;
  }

  /** Bytes that the pool, the heap's garbage, the Java virtual machine and ND4J take besides. */
  public long overhead() {
    return FIXED + HEAP_FIXED + Math.round((POOL_SLACK - 1) * maps
        + (HEAP_SLACK - 1) * (compact + buffers + HEAP_FIXED));
  }

  /** The resident size of a training, in bytes. */
  public long total() {
    return perBatch() + parameters + overhead();
  }
}
