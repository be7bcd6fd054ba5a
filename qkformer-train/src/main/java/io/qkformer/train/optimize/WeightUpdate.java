package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import io.qkformer.layer.Layer;
import java.util.List;
import java.util.Optional;

/**
 * All that happens between gradients and the next forward pass: clipping, the optimizer's step, the moving average
 * of the weights. Not thread-safe.
 */
public final class WeightUpdate implements Optimizer {

  private final OptimizerConfig config;
  private final List<ParameterGroup> groups;
  private final Optimizer optimizer;
  private final FiniteGuard guard;
  private final Optional<WeightAverage> average;
  private final Workers workers;
  private long steps;

  /**
   * The updates of a model.
   *
   * @param average how a moving average of the weights is kept, if at all; it begins with the weights of now
   * @param workers the threads to work on
   * @throws IllegalArgumentException as {@link ParameterGroups#of(Layer, Grouping)}
   */
  public WeightUpdate(Layer model, OptimizerConfig config, Optional<EmaConfig> average, Workers workers) {
    this.config = config;
    this.groups = config.groups(model);
    this.optimizer = config.optimizer(groups, workers);
    this.guard = new FiniteGuard(groups, workers);
    this.average = average.map(ema -> new WeightAverage(model, ema, workers));
    this.workers = workers;
  }

  @Override
  public void clear() {
    optimizer.clear();
  }

  @Override
  public void step(double learningRate) {
    step(learningRate, StepSamples.NONE);
  }

  /**
   * Moves the weights along the gradients that have added up since {@link #clear}.
   *
   * @param learningRate at least 0
   * @param samples      the step's, for the message
   * @throws IllegalArgumentException when the rate is negative or not finite
   * @throws NonFiniteException       when a gradient holds NaN or infinity, naming the step and where it came up
   *     first; weights, optimizer and average have not changed then
   */
  public void step(double learningRate, StepSamples samples) {
    try {
      config.clip(groups, workers);
      optimizer.step(learningRate);
    } catch (NonFiniteException e) {
      // the optimizer knows neither the step nor the order of the layers
      guard.checkGradients(steps + 1, samples);
      throw e;
    }
    steps++;
    average.ifPresent(mean -> mean.update(steps));
  }

  /** How many steps were done. */
  public long steps() {
    return steps;
  }

  /** The moving average of the weights, if one is kept. */
  public Optional<WeightAverage> average() {
    return average;
  }

  /** What a checkpoint must keep, beside {@link #average}'s state. */
  @Override
  public OptimizerState state() {
    return optimizer.state();
  }

  @Override
  public void restore(OptimizerState state) {
    optimizer.restore(state);
    steps = state.steps();
  }
}
