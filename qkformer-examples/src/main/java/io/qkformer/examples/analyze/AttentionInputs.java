package io.qkformer.examples.analyze;

import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Q, K[, V] of one sample and step, drawn; outside of what an engine counts.
 *
 * @param maps each {@code [1, 1, H, W, C]}
 */
record AttentionInputs(List<INDArray> maps) implements AutoCloseable {

  private static final double DENSITY = 0.2;

  /** Spikes, a fifth of them there. */
  static AttentionInputs spikes(int count, int height, int columns, int width) {
    return draw(count, height, columns, width, random -> random.nextDouble() < DENSITY ? 1 : 0);
  }

  /** Standard normal numbers. */
  static AttentionInputs gaussian(int count, int height, int columns, int width) {
    return draw(count, height, columns, width, RandomStream::nextGaussian);
  }

  private static AttentionInputs draw(int count, int height, int columns, int width,
      ToDoubleFunction<RandomStream> value) {
    List<INDArray> maps = new ArrayList<>();
    float[] row = new float[width];
    for (int i = 0; i < count; i++) {
      INDArray map = Nd4j.createUninitializedDetached(DataType.FLOAT, 1, 1, height, columns, width);
      RandomStream random = RandomStream.of(0, "attention inputs", i, (long) height * columns);
      Floats target = Floats.of(map);
      for (long from = 0; from < target.length(); from += width) {
        for (int c = 0; c < width; c++) {
          row[c] = (float) value.applyAsDouble(random);
        }
        target.write(from, row, 0, width);
      }
      maps.add(map);
    }
    return new AttentionInputs(maps);
  }

  @Override
  public void close() {
    maps.forEach(INDArray::close);
  }
}
