package io.qkformer.examples.bench;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.BatchNorm;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.StateVisitor;
import io.qkformer.model.QKFormer;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Brings a fresh network into the state in which the peer times its own. */
final class Networks {

  private static final String RUNNING_MEAN = "running_mean";
  private static final String RUNNING_VARIANCE = "running_var";

  private Networks() {
  }

  /** Batch norm scales of 1..2 and shifts of 0..1: with 1 and 0 the deep stages of a fresh network fall silent. */
  static void liven(QKFormer network) {
    network.visit("", (name, parameter) -> {
      if (parameter.role() == Parameter.Role.NORM_SCALE) {
        fillUniform(name, parameter, 1);
      } else if (parameter.role() == Parameter.Role.NORM_SHIFT) {
        fillUniform(name, parameter, 0);
      }
    });
  }

  private static void fillUniform(String name, Parameter parameter, double low) {
    RandomStream random = RandomStream.of(0, name);
    float[] values = new float[Math.toIntExact(parameter.count())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(low, low + 1);
    }
    Floats.of(parameter.value()).write(0, values, 0, values.length);
  }

  /** Sets the running statistics to those of these images, so that inference fires as training does. */
  static void adoptStatistics(QKFormer network, INDArray images, Engine engine) {
    // from zero, one step of the moving average leaves MOMENTUM times the batch's statistics
    scaleStatistics(network, 0);
    try (Pass pass = Pass.training(engine, network.config().timeSteps())) {
      network.forward(images, pass);
    }
    scaleStatistics(network, 1 / BatchNorm.MOMENTUM);
  }

  private static void scaleStatistics(QKFormer network, double factor) {
    network.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        if (name.endsWith(RUNNING_MEAN) || name.endsWith(RUNNING_VARIANCE)) {
          Floats floats = Floats.of(buffer.value());
          float[] values = floats.toArray();
          for (int i = 0; i < values.length; i++) {
            values[i] *= (float) factor;
          }
          floats.write(0, values, 0, values.length);
        }
      }
    });
  }
}
