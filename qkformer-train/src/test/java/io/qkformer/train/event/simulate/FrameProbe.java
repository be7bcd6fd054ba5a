package io.qkformer.train.event.simulate;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipSample;
import java.util.List;

/** Softmax regression on the pixels of one frame of clips, trained by stochastic gradient descent. */
final class FrameProbe {
  private final int frame;
  private final float[][] weights;
  private final float[] bias;

  private FrameProbe(int frame, int classes, int inputs) {
    this.frame = frame;
    this.weights = new float[classes][inputs];
    this.bias = new float[classes];
  }

  /** Trains on all clips. */
  static FrameProbe train(List<ClipSample> clips, int classes, int frame, int epochs, float rate) {
    float[][] inputs = new float[clips.size()][];
    int[] labels = new int[clips.size()];
    for (int i = 0; i < inputs.length; i++) {
      ClipSample sample = clips.get(i);
      inputs[i] = pixels(sample.clip(), frame);
      labels[i] = sample.label();
    }
    FrameProbe probe = new FrameProbe(frame, classes, inputs[0].length);
    for (int e = 0; e < epochs; e++) {
      for (int i = 0; i < inputs.length; i++) {
        probe.learn(inputs[i], labels[i], rate);
      }
    }
    return probe;
  }

  private static float[] pixels(Clip clip, int frame) {
    int size = clip.values().length / clip.frames();
    float[] pixels = new float[size];
    System.arraycopy(clip.values(), frame * size, pixels, 0, size);
    return pixels;
  }

  /** The share of clips whose class it tells. */
  double accuracy(List<ClipSample> clips) {
    int right = 0;
    for (int i = 0; i < clips.size(); i++) {
      ClipSample sample = clips.get(i);
      float[] scores = scores(pixels(sample.clip(), frame));
      int best = 0;
      for (int c = 1; c < scores.length; c++) {
        best = scores[c] > scores[best] ? c : best;
      }
      right += best == sample.label() ? 1 : 0;
    }
    return right / (double) clips.size();
  }

  private float[] scores(float[] input) {
    float[] scores = bias.clone();
    for (int c = 0; c < scores.length; c++) {
      for (int i = 0; i < input.length; i++) {
        scores[c] += weights[c][i] * input[i];
      }
    }
    return scores;
  }

  private void learn(float[] input, int label, float rate) {
    float[] scores = scores(input);
    float max = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, score);
    }
    float sum = 0;
    for (int c = 0; c < scores.length; c++) {
      scores[c] = (float) Math.exp(scores[c] - max);
      sum += scores[c];
    }
    for (int c = 0; c < scores.length; c++) {
      float error = rate * (scores[c] / sum - (c == label ? 1 : 0));
      bias[c] -= error;
      for (int i = 0; i < input.length; i++) {
        weights[c][i] -= error * input[i];
      }
    }
  }
}
