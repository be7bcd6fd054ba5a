package io.qkformer.train.run;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.checkpoint.StateDictNames;
import io.qkformer.checkpoint.WeightFiles;
import io.qkformer.model.QKFormer;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.recipe.InitialWeights;
import java.io.IOException;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a model the weights of another training, for fine-tuning with other classes or at another resolution. */
final class StartingWeights {

  private static final Logger LOG = LoggerFactory.getLogger(StartingWeights.class);
  private static final String HEAD_WEIGHT = "head.weight";
  private static final String HEAD_BIAS = "head.bias";
  /** The reference's {@code trunc_normal_(model.head.weight, std=2e-5)}. */
  private static final double DEVIATION = 2e-5;

  private StartingWeights() {
  }

  /**
   * Loads the weights. A QKFormer has no weights that depend on the resolution.
   *
   * @param seed of a head that is drawn anew
   * @throws IOException              when the file cannot be read
   * @throws IllegalArgumentException when they are of another architecture; the model is then as it was
   */
  static void load(InitialWeights initial, QKFormer model, long seed) throws IOException {
    StateDict own = ModelWeights.export(model);
    StateDict given = StateDictNames.translate(WeightFiles.read(initial.file()), own.names());
    if (initial.head() == InitialWeights.Head.LOADED && !fits(given, own, HEAD_WEIGHT)) {
      throw new IllegalArgumentException(initial.file() + ": expected a classifier of " + own.get(HEAD_WEIGHT).size(0)
          + " classes, got " + (given.contains(HEAD_WEIGHT) ? "one of " + given.get(HEAD_WEIGHT).size(0) : "none")
          + "; name the file with finetune instead of initial_checkpoint to draw the classifier anew");
    }
    StateDict.Builder weights = StateDict.builder();
    given.names().stream().filter(name -> !name.equals(HEAD_WEIGHT) && !name.equals(HEAD_BIAS))
        .forEach(name -> weights.put(name, given.get(name)));
    boolean loaded = initial.head() == InitialWeights.Head.LOADED;
    weights.put(HEAD_WEIGHT, loaded ? given.get(HEAD_WEIGHT) : drawn(own.get(HEAD_WEIGHT), seed));
    weights.put(HEAD_BIAS, fits(given, own, HEAD_BIAS) ? given.get(HEAD_BIAS)
        : Nd4j.zeros(DataType.FLOAT, own.get(HEAD_BIAS).shape()));
    try {
      ModelWeights.load(weights.build(), model);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(initial.file() + ": " + e.getMessage(), e);
    }
    LOG.info("started from {}, the classifier {}", initial.file(), loaded ? "included" : "drawn anew");
  }

  private static boolean fits(StateDict given, StateDict own, String name) {
    return given.contains(name) && Arrays.equals(given.get(name).shape(), own.get(name).shape());
  }

  private static INDArray drawn(INDArray like, long seed) {
    RandomStream random = RandomStream.of(seed, HEAD_WEIGHT);
    float[] values = new float[Math.toIntExact(like.length())];
    for (int i = 0; i < values.length; i++) {
      // a truncation at 2, that is 100,000 deviations, as in the reference, cuts nothing off
      values[i] = (float) (DEVIATION * random.nextGaussian());
    }
    return Nd4j.create(values, like.shape(), 'c');
  }
}
