package io.qkformer.examples.analyze;

import io.qkformer.train.analysis.LayerOutput;

/**
 * What one head of a block with token attention did with one sample (Figure 3).
 *
 * @param mask      A_t, {@code [T, 1, H, W, heads]}
 * @param keys      K, {@code [T, 1, H, W, C]}
 * @param attended  X' = A_t K, {@code [T, 1, H, W, C]}
 * @param head      from 0 on
 */
record AttentionView(LayerOutput mask, LayerOutput keys, LayerOutput attended, int head) {

  int steps() {
    return (int) mask.shape()[0];
  }

  int height() {
    return (int) mask.shape()[2];
  }

  int width() {
    return (int) mask.shape()[3];
  }

  int tokens() {
    return height() * width();
  }

  int heads() {
    return (int) mask.shape()[4];
  }

  /** Channels of the head. */
  int headWidth() {
    return (int) keys.shape()[4] / heads();
  }

  /** Whether the head lets a token through. */
  boolean isAttended(int step, int token) {
    return mask.at(step, 0, token / width(), token % width(), head) != 0;
  }

  /** Whether a channel of the head fired, of {@link #keys} or of {@link #attended}. */
  boolean fires(LayerOutput map, int step, int token, int channel) {
    return map.at(step, 0, token / width(), token % width(), head * headWidth() + channel) != 0;
  }

  /** How many channels of the head fired at a token. */
  int spikes(LayerOutput map, int step, int token) {
    int spikes = 0;
    for (int c = 0; c < headWidth(); c++) {
      spikes += fires(map, step, token, c) ? 1 : 0;
    }
    return spikes;
  }
}
