package io.qkformer.inference;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;
import io.qkformer.kernel.StepSink;
import java.util.Arrays;
import java.util.List;

/**
 * Neurons that fire on a convolution's output while it is in the cache (eq. 1-3); neighbouring channels may belong to
 * different maps.
 */
final class NeuronRows implements StepSink {

  private static final int MEMBRANE = FREE_SLOT;

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
  public void accept(int step, int sample, int firstPixel, int pixels, float[] rows, int at, int rowStep,
      Scratch scratch) {
    float[] membrane = scratch.floats(MEMBRANE, pixels * rowStep);
    int channel = 0;
    for (Part part : parts) {
      if (step == 0) {
        rest(part, membrane, ALIGNED + channel, pixels, rowStep);
      }
      Shape shape = part.spikes().shape();
      int row = (step * shape.batch() + sample) * shape.tokens() + firstPixel;
      fire(part, rows, at + channel, membrane, ALIGNED + channel, pixels, rowStep, row);
      channel += shape.channels();
    }
  }

  private static void rest(Part part, float[] membrane, int at, int pixels, int rowStep) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      int from = at + pixel * rowStep;
      Arrays.fill(membrane, from, from + part.spikes().shape().channels(), part.neuron().resetTo());
    }
  }

  private void fire(Part part, float[] rows, int at, float[] membrane, int membraneAt, int pixels, int rowStep,
      int row) {
    int channels = part.spikes().shape().channels();
    // rows of whole words, side by side, are one
    boolean together = channels == rowStep && channels % Long.SIZE == 0;
    int each = together ? pixels * channels : channels;
    for (int pixel = 0; pixel < (together ? 1 : pixels); pixel++) {
      kernels.firePacked(part.neuron(), rows, at + pixel * rowStep, membrane, membraneAt + pixel * rowStep, each,
          part.spikes().words(), (row + pixel) * part.spikes().rowWords());
    }
  }
}
