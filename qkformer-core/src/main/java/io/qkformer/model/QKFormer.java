package io.qkformer.model;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.Attachment;
import io.qkformer.layer.Content;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.GlobalAveragePool;
import io.qkformer.layer.Layer;
import io.qkformer.layer.LayerObserver;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Maps;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Sequential;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.PreActivated;
import io.qkformer.tensor.Shapes;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * QKFormer, the hierarchical spiking transformer with Q-K attention (arXiv 2403.16552): stages of patch embedding and
 * blocks, then the mean over tokens and time and a linear head (eq. 15).
 *
 * <p>Input: static images {@code [1, B, H, W, 3]}, shown at each of the pass's T steps, or frames
 * {@code [T, B, H, W, C]}. Output: logits {@code [B, classes]}. T and the image size may differ from call to call.
 */
public final class QKFormer implements Layer {

  private static final String POOL = "pool";
  private static final String HEAD = "head";

  private final HstConfig config;
  private final List<Stage> stages = new ArrayList<>();
  private final Layer pool;
  private final Conv2d head;
  private volatile List<LayerObserver> observers = List.of();

  /**
   * A model with weights as the reference initialises them (reference-facts 2.7).
   *
   * @param seed the weights are a function of it and of the parameters' names
   */
  public QKFormer(HstConfig config, long seed) {
    this.config = config;
    for (int i = 0; i < config.stages().size(); i++) {
      stages.add(new Stage(config, i));
    }
    StageConfig last = config.stages().get(config.stages().size() - 1);
    this.pool = PreActivated.of(config.shortcut(), config.neuron(), new GlobalAveragePool());
    this.head = Conv2d.head(last.width(), config.classes());
    visit("", (name, parameter) -> parameter.initialize(seed, name));
  }

  /** What the model is. */
  public HstConfig config() {
    return config;
  }

  /**
   * Shows the parts of each pass from now on, in training and in evaluation, until the attachment is closed. Inference
   * twins ({@link #forInference}) have no named parts and show nothing.
   *
   * @param observer called by the threads of the passes
   */
  public Attachment attach(LayerObserver observer) {
    changeObservers(observer, true);
    return () -> changeObservers(observer, false);
  }

  private synchronized void changeObservers(LayerObserver observer, boolean attached) {
    List<LayerObserver> changed = new ArrayList<>(observers);
    changed.removeIf(known -> known == observer);
    if (attached) {
      changed.add(observer);
    }
    observers = List.copyOf(changed);
  }

  /** Whether an observer is attached. */
  public boolean isObserved() {
    return !observers.isEmpty();
  }

  /**
   * Classifies.
   *
   * @return logits {@code [B, classes]}
   * @throws IllegalArgumentException when the input's rank, channels, size or T do not fit, or it holds NaN or infinity
   */
  @Override
  public Output forward(INDArray x, Pass pass) {
    ModelInput.require(config, x, pass.timeSteps(), pass.engine());
    for (LayerObserver observer : observers) {
      pass.observe(observer);
    }
    long batch = x.size(1);
    Output features = Sequential.chain(stages, x, pass, (stage, input) -> stage.forward(input, pass));
    Output logits = Sequential.chain(List.of(pool, head), features.value(), pass,
        (layer, input) -> pass.run(layer == pool ? POOL : HEAD, layer, input));
    pass.release(features.value());
    INDArray flat = logits.value().reshape('c', batch, config.classes());
    if (!pass.mode().keepsState()) {
      return Output.evaluated(flat);
    }
    return new Output(flat, gradient -> {
      Shapes.requireGradient(gradient, flat.shape(), HEAD);
      INDArray g = logits.backward().apply(gradient.reshape('c', 1, batch, 1, 1, config.classes()));
      INDArray dx = features.backward().apply(g);
      pass.release(g);
      return dx;
    });
  }

  /**
   * The backbone: the feature map of each stage, for detection, segmentation and the like.
   *
   * @throws IllegalArgumentException as {@link #forward}
   */
  public Features features(INDArray x, Pass pass) {
    ModelInput.require(config, x, pass.timeSteps(), pass.engine());
    for (LayerObserver observer : observers) {
      pass.observe(observer);
    }
    List<Output> outputs = new ArrayList<>();
    INDArray value = x;
    for (Stage stage : stages) {
      Output output = stage.forward(value, pass);
      outputs.add(output);
      value = output.value();
    }
    List<INDArray> maps = outputs.stream().map(Output::value).toList();
    return new Features(maps, gradients -> featuresBackward(outputs, gradients, pass));
  }

  private static INDArray featuresBackward(List<Output> outputs, List<INDArray> gradients, Pass pass) {
    if (gradients.size() != outputs.size()) {
      throw new IllegalArgumentException("expected one gradient (or null) for each of " + outputs.size()
          + " maps, got " + gradients.size());
    }
    INDArray g = null;
    for (int i = outputs.size() - 1; i >= 0; i--) {
      INDArray own = gradients.get(i);
      if (own == null && g == null) {
        continue;
      }
      INDArray sum = g == null ? own : own == null ? g : Maps.addInPlace(g, own, pass);
      INDArray next = outputs.get(i).backward().apply(sum);
      if (g != null) {
        pass.release(g);
      }
      g = next;
    }
    if (g == null) {
      throw new IllegalArgumentException("at least one map must have a gradient");
    }
    return g;
  }

  /**
   * This model for inference alone: batch norm folded into the weights, spikes kept as bits, nothing kept for a
   * backward pass. A snapshot: training on, or loading other weights, leaves it as it is. The logits equal an
   * evaluation pass's to rounding, and as there a potential within rounding of its threshold may fire or not.
   */
  @Override
  public InferenceModel forInference() {
    List<InferenceLayer> layers = new ArrayList<>();
    stages.forEach(stage -> layers.add(stage.forInference()));
    layers.add(pool.forInference());
    layers.add(head.forInference());
    return new InferenceModel(config, InferenceLayer.chain(layers));
  }

  /** Parameters and buffers under the reference's names, in the reference's order. */
  @Override
  public void visit(String prefix, StateVisitor visitor) {
    if (!prefix.isEmpty()) {
      throw new IllegalArgumentException("a model's names have no prefix, got " + prefix);
    }
    if (config.form().interleavesStages()) {
      for (Stage stage : stages) {
        stage.visitEmbedding(visitor);
        stage.visitBlocks(visitor);
      }
    } else {
      stages.forEach(stage -> stage.visitEmbedding(visitor));
      stages.forEach(stage -> stage.visitBlocks(visitor));
    }
    pool.visit(POOL + ".", visitor);
    head.visit(HEAD + ".", visitor);
  }

  /** Number of learnable values. */
  public long parameterCount() {
    long[] count = {0};
    visit("", (name, parameter) -> count[0] += parameter.count());
    return count[0];
  }

  /** Sets all gradients to zero. */
  public void clearGradients() {
    visit("", (name, parameter) -> parameter.clearGradient());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    if (config.form().seesEvents()) {
      trace.holds(Content.COUNTS);
    }
    MapShape shape = trace.chain(stages, input, (stage, map) -> stage.trace(map, trace));
    return head.trace(HEAD, pool.trace(POOL, shape, trace), trace);
  }

  /** A table of layers, shapes, parameters and multiply-accumulates for one sample of the configured size and T. */
  public ModelSummary summary() {
    int inputSteps = config.form().seesEvents() ? config.timeSteps() : 1;
    return summary(new MapShape(inputSteps, 1, config.height(), config.width(), config.inChannels()),
        config.timeSteps());
  }

  /**
   * A table for an input.
   *
   * @param input     its shape; T0 = 1 for static images
   * @param timeSteps T
   */
  public ModelSummary summary(MapShape input, int timeSteps) {
    ShapeTrace trace = new ShapeTrace(timeSteps);
    trace("", input, trace);
    return ModelSummary.of(this, input, trace);
  }
}
