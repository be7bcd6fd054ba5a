package io.qkformer.support;

import io.qkformer.layer.Buffer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random maps and layers for tests, as functions of a seed. */
public final class TestMaps {

  private TestMaps() {
  }

  private static INDArray fill(ToDoubleFunction<RandomStream> draw, long seed, long... shape) {
    RandomStream random = RandomStream.of(seed, "test map", shape);
    INDArray map = Nd4j.zeros(DataType.FLOAT, shape);
    float[] values = new float[(int) map.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draw.applyAsDouble(random);
    }
    Floats.of(map).write(0, values, 0, values.length);
    return map;
  }

  /** Standard normal values. */
  public static INDArray gaussian(long seed, long... shape) {
    return fill(RandomStream::nextGaussian, seed, shape);
  }

  /** Spikes, each there with this probability. */
  public static INDArray spikes(long seed, double density, long... shape) {
    return fill(random -> random.nextDouble() < density ? 1 : 0, seed, shape);
  }

  /** Zeros, and with this probability a whole number of 1..max: a residual stream. */
  public static INDArray counts(long seed, double density, int max, long... shape) {
    return fill(random -> random.nextDouble() < density ? 1 + random.nextInt(max) : 0, seed, shape);
  }

  /** These values. */
  public static INDArray of(float[] values, long... shape) {
    INDArray map = Nd4j.zeros(DataType.FLOAT, shape);
    Floats.of(map).write(0, values, 0, values.length);
    return map;
  }

  /** The values of an array of any type in C order. */
  public static double[] doubles(INDArray array) {
    double[] values = new double[(int) array.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.getDouble((long) i);
    }
    return values;
  }

  /** The values in C order. */
  public static float[] floats(INDArray array) {
    return Floats.of(Floats.contiguous(array)).toArray();
  }

  /**
   * Gives a layer values under which its neurons neither sleep nor fire always: batch norms whose scale and
   * shift
   * drive about a third of the neurons, running statistics that are not the start's.
   */
  public static <L extends Layer> L livened(L layer, long seed) {
    layer.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        switch (parameter.role()) {
          case NORM_SCALE -> set(parameter.value(), name, 0.8, 2.5);
          case NORM_SHIFT -> set(parameter.value(), name, 0.2, 1.2);
          case NEURON -> set(parameter.value(), name, -0.5, 0.5);
          default -> parameter.initialize(seed, name);
        }
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        if (name.endsWith("running_mean")) {
          set(buffer.value(), name, -0.2, 0.2);
        } else if (name.endsWith("running_var")) {
          set(buffer.value(), name, 0.05, 0.3);
        }
      }

      private void set(INDArray value, String name, double low, double high) {
        RandomStream random = RandomStream.of(seed, "liven " + name);
        float[] values = new float[(int) value.length()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(low, high);
        }
        Floats.of(value).write(0, values, 0, values.length);
      }
    });
    return layer;
  }
}
