package io.qkformer.train.optimize;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.optimize.MixingConfig.CutmixLambda;
import io.qkformer.train.optimize.MixingPlan.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Draws how the samples of each batch are mixed, as timm's {@code Mixup}. A pure function of the seed, the
 * batch's index and the sample: whoever asks again gets the same.
 */
public final class BatchMixing {

  private static final String PURPOSE = "mixup";

  private final MixingConfig config;
  private final long seed;

  /** Mixing of a training with a seed. */
  public BatchMixing(MixingConfig config, long seed) {
    this.config = config;
    this.seed = seed;
  }

  /**
   * How to mix a batch.
   *
   * @param epoch  counted from 0, for {@link MixingConfig#mixupOffEpoch}
   * @param index  counts the batches of the whole training
   * @param batch  B, the number of samples, at least 1
   * @param height of the images
   * @param width  of the images
   * @throws IllegalArgumentException when a size is below 1, or {@code cutmixMinmax} leaves no box in such an
   * image
   */
  public MixingPlan plan(int epoch, long index, int batch, int height, int width) {
    if (batch < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException("batch, height and width must be at least 1, got " + batch + ", "
          + height + ", " + width);
    }
    if (!config.isActiveIn(epoch)) {
      return new MixingPlan(Collections.nCopies(batch, Sample.PURE));
    }
    MixingDraws draws = MixingDraws.random(config, unit -> config.mixupMode() == MixMode.BATCH
        ? RandomStream.of(seed, PURPOSE, index) : RandomStream.of(seed, PURPOSE, index, unit));
    return plan(config, draws, batch, height, width);
  }

  static MixingPlan plan(MixingConfig config, MixingDraws draws, int batch, int height, int width) {
    Unit unit = new Unit(config, draws, height, width);
    return new MixingPlan(switch (config.mixupMode()) {
      case BATCH -> Collections.nCopies(batch, unit.sample(0));
      case PAIR -> pairs(unit, batch);
      case ELEM -> {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
          samples.add(unit.sample(i));
        }
        yield samples;
      }
    });
  }

  private static List<Sample> pairs(Unit unit, int batch) {
    Sample[] samples = new Sample[batch];
    Arrays.fill(samples, Sample.PURE);
    for (int i = 0; i < batch / 2; i++) {
      samples[i] = unit.sample(i);
      samples[batch - 1 - i] = samples[i];
    }
    return List.of(samples);
  }

  /** What is mixed alike: a batch, a pair or a sample. */
  private record Unit(MixingConfig config, MixingDraws draws, int height, int width) {

    Sample sample(int unit) {
      MixingDraws.Choice choice = draws.choose(unit);
      double lambda = kept(choice.lambda());
      if (lambda == 1) {
        return Sample.PURE;
      }
      return choice.cuts() ? cut(unit, lambda) : Sample.mixup(lambda);
    }

    private Sample cut(int unit, double lambda) {
      if (config.cutmixMinmax().isPresent()) {
        CutBox box = draws.box(unit, config.cutmixMinmax().get(), height, width);
        return Sample.cutmix(kept(box.shareOutside(height, width)), box);
      }
      MixingDraws.Centre centre = draws.centre(unit, height, width);
      CutBox box = config.mixupMode() == MixMode.BATCH
          ? CutBox.around(height, width, lambda, centre.y(), centre.x(), config.release())
          : CutBox.around(height, width, (float) lambda, centre.y(), centre.x(), config.release());
      return Sample.cutmix(config.lambdaOfCutmix() == CutmixLambda.CORRECTED
          ? kept(box.shareOutside(height, width)) : lambda, box);
    }

    /** timm keeps the lambdas of pairs and samples as float32. */
    private double kept(double lambda) {
      return config.mixupMode() == MixMode.BATCH ? lambda : (float) lambda;
    }
  }
}
