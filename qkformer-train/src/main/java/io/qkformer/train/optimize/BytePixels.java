package io.qkformer.train.optimize;

import io.qkformer.train.optimize.MixingPlan.Sample;

/** Mixes a picture of bytes with another. */
final class BytePixels {

  private BytePixels() {
  }

  static byte[] mix(byte[] own, byte[] other, Sample sample, int height, int width) {
    byte[] mixed = own.clone();
    if (sample.box().isPresent()) {
      cut(mixed, other, sample.box().get(), width, own.length / (height * width));
    } else {
      blend(mixed, other, (float) sample.own(), (float) (1 - sample.own()));
    }
    return mixed;
  }

  private static void cut(byte[] target, byte[] source, CutBox box, int width, int channels) {
    for (int y = box.top(); y < box.bottom(); y++) {
      int from = (y * width + box.left()) * channels;
      System.arraycopy(source, from, target, from, (box.right() - box.left()) * channels);
    }
  }

  private static void blend(byte[] target, byte[] source, float own, float other) {
    for (int i = 0; i < target.length; i++) {
      float sum = Byte.toUnsignedInt(target[i]) * own + Byte.toUnsignedInt(source[i]) * other;
      target[i] = (byte) (int) Math.rint(sum);
    }
  }
}
