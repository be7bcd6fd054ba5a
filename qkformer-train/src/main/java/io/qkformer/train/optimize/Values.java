package io.qkformer.train.optimize;

import io.qkformer.tensor.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The numbers of one tensor, tile by tile. All arithmetic of this package is in double; what is stored
 * between steps is float. Golden tests store doubles instead and run the same arithmetic.
 */
interface Values {

  /** How many there are. */
  long count();

  /** Copies values [from, from + n) to the start of {@code target}; n is at most {@link Tiles#SIZE}. */
  void read(long from, double[] target, int n, TileMemory memory);

  /** Copies the start of {@code source} to the values [from, from + n). */
  void write(long from, double[] source, int n, TileMemory memory);

  /** The floats of an array, which must be FLOAT in C order. */
  static Values of(INDArray array) {
    return new FloatValues(Floats.of(array));
  }

  /** Values that are stored as floats. */
  record FloatValues(Floats floats) implements Values {

    @Override
    public long count() {
      return floats.length();
    }

    @Override
    public void read(long from, double[] target, int n, TileMemory memory) {
      float[] tile = memory.floats();
      floats.read(from, tile, 0, n);
      for (int i = 0; i < n; i++) {
        target[i] = tile[i];
      }
    }

    @Override
    public void write(long from, double[] source, int n, TileMemory memory) {
      float[] tile = memory.floats();
      for (int i = 0; i < n; i++) {
        tile[i] = (float) source[i];
      }
      floats.write(from, tile, 0, n);
    }
  }
}
