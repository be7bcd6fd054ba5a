package io.qkformer.train.optimize;

import java.util.Iterator;
import java.util.List;

/** Mixing by choices that are given instead of drawn. */
public final class GivenMixing {

  private GivenMixing() {
  }

  /**
   * The plan that production makes of such draws.
   *
   * @param lambdas for each batch, pair or sample
   * @param cuts    likewise
   * @param centres y and x of the boxes, in the order of use
   */
  public static MixingPlan plan(MixingConfig config, double[] lambdas, boolean[] cuts, List<int[]> centres, int batch,
      int height, int width) {
    Iterator<int[]> rest = centres.iterator();
    return BatchMixing.plan(config, new MixingDraws() {
      @Override
      public Choice choose(int unit) {
        return new Choice(lambdas[unit], cuts[unit]);
      }

      @Override
      public Centre centre(int unit, int imageHeight, int imageWidth) {
        int[] centre = rest.next();
        return new Centre(centre[0], centre[1]);
      }

      @Override
      public CutBox box(int unit, CutmixRange range, int imageHeight, int imageWidth) {
        throw new AssertionError("no case has boxes that do not depend on lambda");
      }
    }, batch, height, width);
  }
}
