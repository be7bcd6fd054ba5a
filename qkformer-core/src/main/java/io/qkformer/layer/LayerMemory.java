package io.qkformer.layer;

/**
 * The bytes that one layer takes in a training step.
 *
 * @param maps    of the pool, kept from the forward to the backward pass: float32 maps
 * @param compact of the heap, kept from the forward to the backward pass: bits, bytes
 * @param working of the pool, the most in use during its backward pass besides what is kept by then: gradients
 * @param flowing of the pool, the values in use during its forward pass besides what is kept by then
 * @param buffers of the heap, the most in use for its weights and their gradient
 */
public record LayerMemory(long maps, long compact, long working, long flowing, long buffers) {

  static final LayerMemory NONE = new LayerMemory(0, 0, 0, 0, 0);

  LayerMemory keeping(long moreMaps, long moreCompact) {
    return new LayerMemory(maps + moreMaps, compact + moreCompact, working, flowing, buffers);
  }

  LayerMemory working(long bytes) {
    return new LayerMemory(maps, compact, bytes, flowing, buffers);
  }

  LayerMemory flowing(long bytes) {
    return new LayerMemory(maps, compact, working, bytes, buffers);
  }

  LayerMemory buffering(long bytes) {
    return new LayerMemory(maps, compact, working, flowing, bytes);
  }
}
