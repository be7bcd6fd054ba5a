package io.qkformer.train.run;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.checkpoint.StateDictNames;
import io.qkformer.checkpoint.WeightFiles;
import io.qkformer.model.QKFormer;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.recipe.InitialWeights;
import java.io.IOException;
import java.nio.file.Path;
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
   * Loads the weights, strictly but for a classifier that is drawn anew. A QKFormer has no weights that depend on the
   * resolution.
   *
   * @param seed of a head that is drawn anew
   * @throws IOException              when the file cannot be read or is damaged, naming it
   * @throws IllegalArgumentException when they are of another architecture, naming file and tensors; the model is then
   *                                  as it was
   */
  static void load(InitialWeights initial, QKFormer model, long seed) throws IOException {
    StateDict own = ModelWeights.export(model);
    StateDict given = StateDictNames.translate(WeightFiles.read(initial.file()), own.names());
    boolean loaded = initial.head() == InitialWeights.Head.LOADED;
    if (loaded) {
      requireClasses(given, own, initial.file());
    }
    try {
      ModelWeights.load(loaded ? given : withNewHead(given, own, seed), model);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(initial.file() + ": " + e.getMessage(), e);
    }
    LOG.info("started from {}, the classifier {}", initial.file(), loaded ? "included" : "drawn anew");
  }

  /** Another number of classes is what people meet most; what else does not fit, the strict loading tells. */
  private static void requireClasses(StateDict given, StateDict own, Path file) {
    long expected = own.get(HEAD_WEIGHT).size(0);
    long[] shape = given.contains(HEAD_WEIGHT) ? given.get(HEAD_WEIGHT).shape() : new long[0];
    if (shape.length == 0 || shape[0] != expected) {
      throw new IllegalArgumentException(file + ": expected a classifier (" + HEAD_WEIGHT + ") of " + expected
          + " classes, got " + (shape.length == 0 ? "none" : "one of " + shape[0])
          + "; name the file with finetune instead of initial_checkpoint to draw the classifier anew");
    }
  }

  private static StateDict withNewHead(StateDict given, StateDict own, long seed) {
    StateDict.Builder weights = StateDict.builder();
    given.entries().stream().filter(entry -> !entry.getKey().equals(HEAD_WEIGHT) && !entry.getKey().equals(HEAD_BIAS))
        .forEach(entry -> weights.put(entry.getKey(), entry.getValue()));
    boolean biasFits = given.contains(HEAD_BIAS)
        && Arrays.equals(given.get(HEAD_BIAS).shape(), own.get(HEAD_BIAS).shape());
    return weights.put(HEAD_WEIGHT, drawn(own.get(HEAD_WEIGHT), seed))
        .put(HEAD_BIAS, biasFits ? given.get(HEAD_BIAS) : Nd4j.zeros(DataType.FLOAT, own.get(HEAD_BIAS).shape()))
        .build();
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
