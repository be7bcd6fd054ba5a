package io.qkformer.train.optimize;

import io.qkformer.tensor.RandomStream;
import java.util.function.IntFunction;

/** The random choices of mixing; {@code unit} is the pair or sample that they are for, 0 for a batch. */
interface MixingDraws {

  /**
   * The first choice.
   *
   * @param lambda 1 when there is no mixing
   * @param cuts   whether by cutmix
   */
  record Choice(double lambda, boolean cuts) {
  }

  /** The centre of a box. */
  record Centre(int y, int x) {
  }

  /** Lambda, and which kind of mixing. */
  Choice choose(int unit);

  /** Where a box lies, asked after {@link #choose}. */
  Centre centre(int unit, int height, int width);

  /** A box that does not depend on lambda, asked after {@link #choose}. */
  CutBox box(int unit, CutmixRange range, int height, int width);

  /** Draws from streams, one for each unit. */
  static MixingDraws random(MixingConfig config, IntFunction<RandomStream> streams) {
    return new MixingDraws() {
      private RandomStream stream;

      @Override
      public Choice choose(int unit) {
        stream = streams.apply(unit);
        if (stream.nextDouble() >= config.mixupProb()) {
          return new Choice(1, false);
        }
        boolean cuts = config.mayCut()
            && (config.mixup() == 0 || stream.nextDouble() < config.mixupSwitchProb());
        double alpha = cuts ? config.cutAlpha() : config.mixup();
        return new Choice(BetaDistribution.draw(alpha, alpha, stream), cuts);
      }

      @Override
      public Centre centre(int unit, int height, int width) {
        int y = stream.nextInt(height);
        return new Centre(y, stream.nextInt(width));
      }

      @Override
      public CutBox box(int unit, CutmixRange range, int height, int width) {
        return range.draw(height, width, config.release(), stream);
      }
    };
  }
}
