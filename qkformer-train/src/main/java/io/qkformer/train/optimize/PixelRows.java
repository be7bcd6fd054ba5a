package io.qkformer.train.optimize;

import io.qkformer.tensor.Floats;
import io.qkformer.train.optimize.MixingPlan.Sample;

/** Mixes rows of two images with each other. */
final class PixelRows {

  private final int length;
  private final int channels;
  private final float[] first;
  private final float[] second;
  private final float[] mixed;

  /** For rows of so many floats. */
  PixelRows(int length, int channels) {
    this.length = length;
    this.channels = channels;
    this.first = new float[length];
    this.second = new float[length];
    this.mixed = new float[length];
  }

  /** Mixes row y of two images, which lies at these places, each with the other's old values. */
  void mix(Floats values, long firstAt, long secondAt, int y, Sample firstSample, Sample secondSample) {
    values.read(firstAt, first, 0, length);
    values.read(secondAt, second, 0, length);
    write(values, firstAt, first, second, y, firstSample);
    write(values, secondAt, second, first, y, secondSample);
  }

  private void write(Floats values, long at, float[] own, float[] other, int y, Sample sample) {
    if (sample.box().isPresent()) {
      CutBox box = sample.box().get();
      if (y >= box.top() && y < box.bottom()) {
        int from = box.left() * channels;
        values.write(at + from, other, from, (box.right() - box.left()) * channels);
      }
    } else if (sample.own() != 1) {
      float ownShare = (float) sample.own();
      float otherShare = (float) (1 - sample.own());
      for (int i = 0; i < length; i++) {
        mixed[i] = own[i] * ownShare + other[i] * otherShare;
      }
      values.write(at, mixed, 0, length);
    }
  }
}
