package io.qkformer.train.checkpoint;

import io.qkformer.checkpoint.StateDict;
import io.qkformer.train.optimize.OptimizerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A checkpoint of fixed values. {@link #main} wrote src/test/resources/checkpoints; what it writes is committed for
 * each version of the format and then never written again.
 */
final class FormatSample {

  private FormatSample() {
  }

  static TrainingState state() {
    Map<String, INDArray> optimizer = new LinkedHashMap<>();
    optimizer.put("head.weight.exp_avg", Nd4j.createFromArray(new float[][][][] {{{{0.5f, -1.25f}, {3, 4}}}}));
    optimizer.put("lif.w.exp_avg", Nd4j.scalar(1e-30f));
    Map<String, INDArray> average = new LinkedHashMap<>();
    average.put("lif.w", Nd4j.scalar(-0.75f));
    average.put("bn.num_batches_tracked", Nd4j.scalar(41L));
    return new TrainingState(
        new TrainingProgress(12, 34, 5678, 345, new EpochSums(0.1, 1088, 100, 300, 1.0 / 3, 17, 123456789012L),
            -876543210987654321L, Map.of("note", "größer")),
        StateDict.builder().put("head.weight", Nd4j.createFromArray(new float[][] {{1, 2}, {-3, 0.1f}}))
            .put("lif.w", Nd4j.scalar(0.25f)).put("bn.num_batches_tracked", Nd4j.scalar(1L << 40)).build(),
        new OptimizerState(345, optimizer), Optional.of(average), "Sample[width=2]");
  }

  /** Writes the resources into a folder: format-1 and format-999. */
  public static void main(String[] args) throws IOException {
    Path root = Files.createDirectories(Path.of(args[0]));
    CheckpointStore.open(root.resolve("format-" + Manifest.VERSION)).save(state());
    Resigned.sign(CheckpointStore.open(root.resolve("format-999")).save(state()), 999);
  }
}
