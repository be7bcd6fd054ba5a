package io.qkformer.train.optimize;

import io.qkformer.layer.Buffer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import io.qkformer.tensor.Floats;
import io.qkformer.train.optimize.NonFiniteException.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds where NaN or infinity came up in a forward pass, from outside the layers: in the images, in a parameter, or
 * behind a layer. Values inside the network show in the running statistics of the batch norms, which a training
 * pass has just updated: the first in the order of computation that are not finite stand behind the layer where it
 * began.
 */
public final class ForwardGuard {

  private static final int TILE = 1 << 14;
  private static final String LOGITS = "logits";
  private static final String IMAGES = "images";

  private final Layer model;

  /** A guard of a model. */
  public ForwardGuard(Layer model) {
    this.model = model;
  }

  /**
   * To be called after a training's forward pass. Costs a look at the logits as long as these are finite.
   *
   * @param images  what went in, {@code [T0, B, H, W, C]}
   * @param logits  what came out, {@code [B, classes]}
   * @param step    which step this is, for the message
   * @param samples the images', for the message
   * @throws NonFiniteException when a logit is not finite, naming what was first: the images, a parameter, the
   *                            running statistics behind a layer, or the logits themselves
   */
  public void check(INDArray images, INDArray logits, long step, StepSamples samples) {
    if (!isFinite(logits)) {
      throw exception(origin(images), step, samples);
    }
  }

  /**
   * The same after a forward pass of an evaluation, which belongs to no step.
   *
   * @param samples the images', for the message
   * @throws NonFiniteException as {@link #check}
   */
  public void checkEvaluation(INDArray images, INDArray logits, StepSamples samples) {
    if (!isFinite(logits)) {
      Origin origin = origin(images);
      throw new NonFiniteException(origin.kind(), origin.name(), origin.affected(), samples);
    }
  }

  /**
   * To be called where gradients are not finite though the logits were: neurons do not fire at NaN, so it need not
   * reach the logits.
   *
   * @param step    which step this is, for the message
   * @param samples the images', for the message
   * @throws NonFiniteException when a parameter or running statistics are not finite, naming the first
   */
  public void checkModel(long step, StepSamples samples) {
    Optional<Origin> origin = inModel();
    if (origin.isPresent()) {
      throw exception(origin.get(), step, samples);
    }
  }

  /** Where it began. */
  private record Origin(Kind kind, String name, int affected) {
  }

  private static NonFiniteException exception(Origin origin, long step, StepSamples samples) {
    return new NonFiniteException(origin.kind(), origin.name(), origin.affected(), step, samples);
  }

  private Origin origin(INDArray images) {
    return isFinite(images) ? inModel().orElse(new Origin(Kind.OUTPUT, LOGITS, 1)) : new Origin(Kind.INPUT, IMAGES, 1);
  }

  private Optional<Origin> inModel() {
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    Map<String, INDArray> statistics = new LinkedHashMap<>();
    model.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        parameters.put(name, parameter.value());
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        if (buffer.value().dataType() == DataType.FLOAT) {
          statistics.put(name, buffer.value());
        }
      }
    });
    return first(Kind.WEIGHT, parameters).or(() -> first(Kind.STATISTICS, statistics));
  }

  private static Optional<Origin> first(Kind kind, Map<String, INDArray> tensors) {
    String first = null;
    int affected = 0;
    for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
      if (!isFinite(tensor.getValue())) {
        affected++;
        if (first == null || ModelOrder.of(tensor.getKey()).compareTo(ModelOrder.of(first)) < 0) {
          first = tensor.getKey();
        }
      }
    }
    return first == null ? Optional.empty() : Optional.of(new Origin(kind, first, affected));
  }

  private static boolean isFinite(INDArray array) {
    Floats floats = Floats.of(Floats.contiguous(array));
    float[] values = new float[(int) Math.min(TILE, floats.length())];
    for (long from = 0; from < floats.length(); from += TILE) {
      int n = (int) Math.min(TILE, floats.length() - from);
      floats.read(from, values, 0, n);
      for (int i = 0; i < n; i++) {
        if (!Float.isFinite(values[i])) {
          return false;
        }
      }
    }
    return true;
  }
}
