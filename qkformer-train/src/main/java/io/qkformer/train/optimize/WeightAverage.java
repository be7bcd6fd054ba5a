package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import io.qkformer.tensor.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The exponential moving average of a model's parameters and running statistics, timm's {@code ModelEma}:
 * {@code average = decay * average + (1 - decay) * model} after each step. Counters are copied. To evaluate
 * it, copy it into a second model: {@link #copyTo}.
 */
public final class WeightAverage {

  private final EmaConfig config;
  private final Workers workers;
  private final Map<String, INDArray> model;
  private final Map<String, INDArray> averages = new LinkedHashMap<>();
  private final List<Averaged> averaged = new ArrayList<>();

  /** A tensor and its average. */
  record Averaged(Values average, Values model) {

    void update(double decay, TileMemory memory) {
      double[] old = memory.doubles(0);
      double[] now = memory.doubles(1);
      for (long from = 0; from < model.count(); from += Tiles.SIZE) {
        int n = (int) Math.min(Tiles.SIZE, model.count() - from);
        model.read(from, now, n, memory);
        if (decay != 0) {
          average.read(from, old, n, memory);
          for (int i = 0; i < n; i++) {
            now[i] = decay * old[i] + (1 - decay) * now[i];
          }
        }
        average.write(from, now, n, memory);
      }
    }
  }

  /** An average that starts at the model's weights of now. */
  public WeightAverage(Layer model, EmaConfig config, Workers workers) {
    this.config = config;
    this.workers = workers;
    this.model = tensors(model);
    this.model.forEach((name, tensor) -> {
      INDArray average = tensor.dup('c');
      averages.put(name, average);
      if (tensor.dataType() == DataType.FLOAT) {
        averaged.add(new Averaged(Values.of(average), Values.of(tensor)));
      }
    });
  }

  private static Map<String, INDArray> tensors(Layer model) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    model.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        tensors.put(name, parameter.value());
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        tensors.put(name, buffer.value());
      }
    });
    return tensors;
  }

  /**
   * Takes in the model's weights of now.
   *
   * @param step counts the optimizer's steps from 1 on
   * @throws IllegalArgumentException when the step is below 1
   */
  public void update(long step) {
    double decay = config.decayAt(step);
    // memory for each tensor: large ones take much longer than this does
    workers.forEach(averaged.size(), (index, scratch) -> averaged.get(index).update(decay, new TileMemory()));
    averages.forEach((name, average) -> {
      if (average.dataType() != DataType.FLOAT) {
        average.assign(model.get(name));
      }
    });
  }

  /**
   * Gives a model the averaged weights, for evaluation; usually a second one of the same configuration.
   *
   * @throws IllegalArgumentException when its tensors are others; then nothing has changed
   */
  public void copyTo(Layer target) {
    copy(averages, tensors(target));
  }

  /** What a checkpoint must keep, under the state_dict's names. The tensors are the average's own. */
  public Map<String, INDArray> state() {
    return Collections.unmodifiableMap(averages);
  }

  /**
   * Goes on from a state that was kept: the values are copied.
   *
   * @throws IllegalArgumentException when it is of another model, naming the first difference; then nothing
   * has
   *     changed
   */
  public void restore(Map<String, INDArray> state) {
    copy(state, averages);
  }

  private static void copy(Map<String, INDArray> source, Map<String, INDArray> target) {
    target.forEach((name, tensor) -> {
      INDArray given = source.get(name);
      if (given == null) {
        throw new IllegalArgumentException("the average lacks " + name + "; is it of another model?");
      }
      if (given.dataType() != tensor.dataType() || !Arrays.equals(given.shape(), tensor.shape())) {
        throw new IllegalArgumentException("expected " + name + " " + tensor.dataType() + " "
            + Shapes.toString(tensor) + ", got " + given.dataType() + " " + Shapes.toString(given));
      }
    });
    for (String name : source.keySet()) {
      if (!target.containsKey(name)) {
        throw new IllegalArgumentException("the average holds " + name + ", which the model does not know");
      }
    }
    target.forEach((name, tensor) -> tensor.assign(source.get(name)));
  }
}
