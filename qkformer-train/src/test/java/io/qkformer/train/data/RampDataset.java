package io.qkformer.train.data;

import java.util.List;
import java.util.Objects;

/**
 * A data set of one's own in a few lines: images that are bright on the left or on the right. Serves as the
 * documentation's example, too.
 */
record RampDataset(int size) implements Dataset {
  private static final int SIDE = 8;

  @Override
  public String name() {
    return "ramps";
  }

  @Override
  public List<String> classNames() {
    return List.of("bright on the left", "bright on the right");
  }

  @Override
  public Sample get(int index) {
    Objects.checkIndex(index, size);
    int label = index % 2;
    byte[] pixels = new byte[SIDE * SIDE * Image.CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      int x = i / Image.CHANNELS % SIDE;
      int brightness = label == 0 ? SIDE - 1 - x : x;
      pixels[i] = (byte) (20 * brightness + index % 97);
    }
    return new Sample("ramp " + index, label, Image.of(SIDE, SIDE, pixels));
  }
}
