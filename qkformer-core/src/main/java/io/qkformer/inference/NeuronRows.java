package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;
import io.qkformer.kernel.StepSink;
import java.util.List;

/**
 * Neurons that fire on a convolution's output while it is in the cache (eq. 1-3); neighbouring channels may belong to
 * different maps.
 */
final class NeuronRows implements StepSink {

  private static final int MEMORY = FREE_SLOT;

  /** Neurons with these constants on as many channels as their map has. */
  record Part(NeuronStep neuron, SpikeMap spikes) {
  }

  private final Kernels kernels;
  private final List<Part> parts;

  NeuronRows(Kernels kernels, List<Part> parts) {
    this.kernels = kernels;
    this.parts = parts;
  }

  @Override
  public void accept(int sample, int firstPixel, int pixels, float[] rows, int at, int rowStep, int stepStep,
      Scratch scratch) {
    int channel = 0;
    for (Part part : parts) {
      fire(part, sample * part.spikes().shape().tokens() + firstPixel, pixels, rows, at + channel, rowStep, stepStep, scratch);
      channel += part.spikes().shape().channels();
    }
  }

  private void fire(Part part, int row, int pixels, float[] rows, int at, int rowStep, int stepStep, Scratch scratch) {
    SpikeMap spikes = part.spikes();
    Shape shape = spikes.shape();
    int channels = shape.channels();
    // rows of whole words, side by side, are one
    boolean together = channels == rowStep && channels % Long.SIZE == 0;
    int each = together ? pixels * channels : channels;
    float[] memory = scratch.floats(MEMORY, each);
    for (int pixel = 0; pixel < (together ? 1 : pixels); pixel++) {
      kernels.firePackedSteps(part.neuron(), rows, at + pixel * rowStep, stepStep, shape.steps(), each, memory,
          spikes.words(), (row + pixel) * spikes.rowWords(), shape.plane() * spikes.rowWords());
    }
  }
}
