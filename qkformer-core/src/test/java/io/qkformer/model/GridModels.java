package io.qkformer.model;

import io.qkformer.layer.Buffer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Models whose potentials keep clear of the threshold, so that rounding flips no spike whatever the kernels: weights,
 * means and inputs lie on a grid, scales are powers of two, and the shifts lie off the grid by less than its finest
 * step.
 */
final class GridModels {

  private static final double GRID = 1.0 / 16;
  private static final double OFF = 0x1p-13;
  /** Makes the start's weights several grid steps wide. */
  private static final double SPREAD = 2;
  /** With batch norm's epsilon the deviation is 1 to far below float's precision. */
  private static final double VARIANCE = 1 - 1e-5;

  private GridModels() {
  }

  static QKFormer model(HstConfig config) {
    QKFormer model = new QKFormer(config, 3);
    model.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        switch (parameter.role()) {
          case NORM_SCALE -> fill(parameter.value(), name, random -> 1 << random.nextInt(2));
          case NORM_SHIFT -> fill(parameter.value(), name, random -> onGrid(random.nextDouble(0.1, 0.9)) + OFF);
          case NEURON -> fill(parameter.value(), name, random -> 0);
          default -> {
            // the head drives no neuron
            if (!name.startsWith("head.")) {
              round(parameter.value().muli(SPREAD));
            }
          }
        }
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        if (name.endsWith("running_mean")) {
          fill(buffer.value(), name, random -> onGrid(random.nextDouble(-0.2, 0.2)));
        } else if (name.endsWith("running_var")) {
          fill(buffer.value(), name, random -> VARIANCE);
        }
      }
    });
    return model;
  }

  static INDArray images(HstConfig config, int batch) {
    return round(SmallModels.images(config, batch).mul(GRID * 2)).muli(1 / GRID / 2);
  }

  static INDArray input(HstConfig config, int batch) {
    return config.form() == Form.EVENTS ? SmallModels.frames(config, batch) : images(config, batch);
  }

  private interface Draw {
    double from(RandomStream random);
  }

  private static double onGrid(double value) {
    return Math.rint(value / GRID) * GRID;
  }

  private static INDArray round(INDArray array) {
    float[] values = Floats.of(array).toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) onGrid(values[i]);
    }
    Floats.of(array).write(0, values, 0, values.length);
    return array;
  }

  private static void fill(INDArray array, String name, Draw draw) {
    RandomStream random = RandomStream.of(3, "grid " + name);
    float[] values = new float[(int) array.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draw.from(random);
    }
    Floats.of(array).write(0, values, 0, values.length);
  }
}
