package io.qkformer.kernel;

/**
 * The arithmetic of a QKFormer on {@code float[]} tiles: the one seam between what is computed and how fast.
 *
 * <p>There are two implementations, {@link PortableKernels} (plain loops) and {@code SimdKernels} (Vector API);
 * {@link KernelProvider} chooses one. Both give the same results to rounding. A tile holds <em>rows</em> of
 * {@code channels} contiguous floats (one row is one token at one time step); an argument {@code xOffset} is the
 * index of a tile's first element. Implementations are stateless and thread-safe; they check nothing but array
 * bounds: the callers in this package own the shapes.
 */
public interface Kernels {

  /**
   * Where {@code |alpha * u|} is larger the sigmoid's derivative, {@code alpha * 8e-20} there, counts as 0. The currents of
   * attention reach hundreds; products with derivatives of 1e-38 are subnormal numbers, with which processors compute
   * a hundred times slower.
   */
  float SIGMOID_REACH = 44f;

  /** A short name for logs and reports, for instance {@code portable} or {@code simd-512}. */
  String name();

  /** What there is without tiles. */
  default MapKernels maps() {
    return MapKernels.NONE;
  }

  /**
   * {@code C = S + A B}: the dense product, with A strided both ways so that it may be read transposed.
   *
   * @param m     rows of A and C
   * @param n     columns of B and C
   * @param k     columns of A and rows of B
   * @param a     element (i, p) lies at {@code aOffset + i * aRow + p * aColumn}
   * @param b     element (p, j) lies at {@code bOffset + p * bRow + j}
   * @param start S, what the sums start with; element (i, j) lies at {@code startOffset + i * startRow + j}, so that a
   *              stride of 0 starts every row with the same values (a bias). It may be C itself, in the same place
   * @param c     element (i, j) lies at {@code cOffset + i * cRow + j}
   */
  void multiply(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn,
      float[] b, int bOffset, int bRow, float[] start, int startOffset, int startRow,
      float[] c, int cOffset, int cRow);

  /**
   * {@link #multiply} where the rows of A lie {@link Panels#ROW_STEP} apart and the rows of B, of n columns, without gaps.
   *
   * @param k up to {@link Panels#ROW_STEP}
   */
  default void multiplyRows(int m, int n, int k, float[] a, int aOffset, float[] b, int bOffset, float[] start,
      int startOffset, int startRow, float[] c, int cOffset, int cRow) {
    multiply(m, n, k, a, aOffset, Panels.ROW_STEP, 1, b, bOffset, n, start, startOffset, startRow, c, cOffset, cRow);
  }

  /** {@code C += A B}; see {@link #multiply}. */
  default void multiplyAdd(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn,
      float[] b, int bOffset, int bRow, float[] c, int cOffset, int cRow) {
    multiply(m, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, c, cOffset, cRow, c, cOffset, cRow);
  }

  /** The bits of all values together, if they are counts: integers of 0..127, the sign of 0 positive; else -1. */
  int countBits(float[] x, int xOffset, int n);

  /**
   * Packs one bit of each count, 64 to a word, the first into the lowest bit; bits behind the end are 0.
   *
   * @param x     counts, as {@link #countBits} knows them
   * @param plane which bit, 0 for the lowest
   */
  void packPlane(float[] x, int xOffset, int n, int plane, long[] words, int wordOffset);

  /**
   * The way back of {@link #packPlane}.
   *
   * @param planeStep words from one plane to the next
   * @param planes    their number
   */
  void unpackPlanes(long[] words, int wordOffset, int planeStep, int planes, float[] x, int xOffset, int n);

  /**
   * The spike-driven product: adds to sum r of y those rows of w that a list selects for it.
   *
   * @param w       row i lies at {@code wOffset + i * wRow}
   * @param columns of w and y to add
   * @param list    of the selection
   * @param scale   what the rows are multiplied by, a power of 2 or its negative
   * @param y       sum r lies at {@code yOffset + r * yRow}
   */
  void addSelectedRows(float[] w, int wOffset, int wRow, int columns, RowSelection selection, int list, float scale,
      float[] y, int yOffset, int yRow);

  /** {@code y += x} over n elements. */
  void add(float[] x, int xOffset, float[] y, int yOffset, int n);

  /** {@code y += x} over n elements. */
  void addToDoubles(float[] x, int xOffset, int n, double[] y, int yOffset);

  /** {@code sum[c] += x[r][c]} over the rows. */
  void addColumns(float[] x, int xOffset, int rows, int channels, float[] sum);

  /**
   * {@code sum[c] += d} and {@code squares[c] += d^2} with {@code d = x[r][c] - centre[c]}, over the rows. Eight rows, an
   * eighth of all apart, are added pairwise before they are added to the sums, the rows behind the eighths one by one.
   */
  void addMoments(float[] x, int xOffset, int rows, int channels, float[] centre, float[] sum, float[] squares);

  /** {@code y[r][c] = (x[r][c] - centre[c]) * scale[c] + shift[c]}; y may be x. */
  void normalize(float[] x, int xOffset, int rows, int channels, float[] centre, float[] scale, float[] shift,
      float[] y, int yOffset);

  /**
   * {@code sum[c] += g[r][c]} and {@code dot[c] += g[r][c] * (x[r][c] - centre[c])} over the rows.
   *
   * @param to index of the first channel in sum and in dot
   */
  void addColumnsAndProducts(float[] g, int gOffset, float[] x, int xOffset, int rows, int channels,
      float[] centre, float[] sum, float[] dot, int to);

  /** {@code y[r][c] = a[c] * g[r][c] + b[c] * (x[r][c] - centre[c]) + d[c]}; y may be g or x. */
  void combine(float[] g, int gOffset, float[] x, int xOffset, int rows, int channels,
      float[] centre, float[] a, float[] b, float[] d, float[] y, int yOffset);

  /**
   * One step of charge, fire, reset (eq. 1-3) for n neurons.
   *
   * @param v on entry the membrane potential V[t-1], on return V[t]
   * @param h receives the membrane potential before the reset, H[t]
   * @param s receives the spikes S[t], exactly 0 or 1; fires at {@code h >= threshold}
   */
  void fire(NeuronStep step, float[] x, int xOffset, float[] v, float[] h, int hOffset, float[] s, int sOffset, int n);

  /**
   * {@link #fire} whose spikes go as bits, and whose H[t] nobody keeps.
   *
   * @param v     on entry the membrane potential V[t-1], on return V[t]
   * @param words receives the spikes from {@code wordAt} on: bit {@code j % 64} of word {@code j / 64}, 0 behind the last
   */
  void firePacked(NeuronStep step, float[] x, int xOffset, float[] v, int vOffset, int n, long[] words, int wordAt);

  /**
   * All steps of n neurons, from rest on (eq. 1-3), whose spikes go as bits and whose potentials nobody keeps.
   *
   * @param x      current of step t from {@code xOffset + t * xStep} on; {@code xStep} 0: the same at each step
   * @param memory for n floats behind {@link Scratch#ALIGNED}, with arbitrary values; not x
   * @param words  receives the spikes of step t from {@code wordAt + t * wordStep} on, as {@link #firePacked} writes them
   */
  default void firePackedSteps(NeuronStep step, float[] x, int xOffset, int xStep, int steps, int n, float[] memory,
      long[] words, int wordAt, int wordStep) {
    NeuronSteps.firePacked(this, step, x, xOffset, xStep, steps, n, memory, words, wordAt, wordStep);
  }

  /**
   * One step of the neuron's backward pass through time (reference-facts 1.3), called with t falling:
   * {@code gh = gs * sg + carry * e}, {@code gx = gh * inputGain}, {@code carry = gh * leak}.
   *
   * @param gs the gradient of the spikes S[t]
   * @param h  the membrane potential before the reset H[t]
   * @param sg the surrogate's derivative at {@code H[t] - threshold}
   * @param carry on entry {@code leak * gH[t+1]}, on return {@code leak * gH[t]}
   * @param gx receives the gradient of the input X[t]
   */
  void fireBackward(NeuronStep step, float[] gs, int gsOffset, float[] h, int hOffset, float[] sg, int sgOffset,
      float[] carry, float[] gx, int gxOffset, int n);

  /**
   * Derivative of {@code sigmoid(alpha * u)} at {@code u = h - threshold}: {@code alpha * s * (1 - s)} (eq. 18),
   * to 1e-6 of its maximum; 0 beyond {@link #SIGMOID_REACH}.
   */
  void sigmoidDerivative(float alpha, float threshold, float[] h, int hOffset, float[] sg, int sgOffset, int n);

  /**
   * All steps of n neurons, from rest on (eq. 1-3), whose currents are normed while they are read.
   *
   * @param norm   of the currents; neuron 0 has channel 0, and the channels come round again and again
   * @param x      current of step t from {@code xOffset + t * xStep} on; {@code xStep} 0: the same at each step.
   *               Arbitrary afterwards
   * @param memory for {@code 2 n} floats behind {@link Scratch#ALIGNED}, with arbitrary values
   * @param words  receives the spikes as bits, those of step t from {@code wordOffset + t * wordStep} on, as {@link
   *               #firePacked} does
   * @param s      receives the spikes, exactly 0 or 1, those of step t from {@code sOffset + t * sStep} on; may be x, in
   *               the same place, where {@code xStep} is not 0
   */
  default void fireSteps(NeuronStep step, ChannelNorm norm, float[] x, int xOffset, int xStep, int steps, int n,
      float[] memory, long[] words, int wordOffset, int wordStep, float[] s, int sOffset, int sStep) {
    NeuronSteps.fire(this, step, norm, x, xOffset, xStep, steps, n, memory, words, wordOffset, wordStep, s, sOffset,
        sStep);
  }

  /**
   * The membrane potentials before the reset, H, of {@link #fireSteps}, whose arguments are the same.
   *
   * @param x stays as it is
   * @param h receives H[t] from {@code hOffset + t * hStep} on; not x
   */
  default void potentials(NeuronStep step, ChannelNorm norm, float[] x, int xOffset, int xStep, int steps, int n,
      float[] memory, float[] h, int hOffset, int hStep) {
    NeuronSteps.potentials(this, step, norm, x, xOffset, xStep, steps, n, memory, h, hOffset, hStep);
  }

  /**
   * {@link #fireBackward} through all steps with {@link #sigmoidDerivative} as the surrogate's derivative.
   *
   * @param h      the membrane potential before the reset, H[t] from {@code hOffset + t * hStep} on
   * @param memory as in {@link #fireSteps}
   * @param g      on entry the gradients of the spikes, on return those of the currents; arranged as h
   */
  default void sigmoidBackward(NeuronStep step, float alpha, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, float[] g, int gOffset, int gStep) {
    NeuronSteps.backward(this, step, alpha, h, hOffset, hStep, steps, 0, n, memory, g, gOffset, gStep);
  }

  /** Where {@code x > best}: {@code best = x} and {@code argument = tap}, over the channels of one row. */
  void maximum(float[] x, int xOffset, int tap, float[] best, int bestOffset, int[] argument, int argumentOffset, int n);

  /** {@link #maximum} for three taps from {@code tap} on, whose rows lie {@code xStep} apart. */
  default void maximumOfTaps(float[] x, int xOffset, int xStep, int tap, float[] best, int bestOffset, int[] argument,
      int argumentOffset, int n) {
    for (int i = 0; i < 3; i++) {
      maximum(x, xOffset + i * xStep, tap + i, best, bestOffset, argument, argumentOffset, n);
    }
  }

  /**
   * {@code y[j] = max(x[first + j], x[second + j], x[third + j])} over n elements. What is not a number is passed over, but for
   * that of the first row.
   *
   * @param y not x
   */
  void maximumOfThree(float[] x, int first, int second, int third, float[] y, int yOffset, int n);

  /** {@code dx += g} where {@code argument == tap}, over the channels of one row. */
  void addWhere(float[] g, int gOffset, int[] argument, int argumentOffset, int tap, float[] dx, int dxOffset, int n);

  /**
   * Winograd's transform of an input tile, {@code V = B^T d B} ({@link Winograd}), for each of {@code channels} channels,
   * a multiple of {@link Panels#UNIT}.
   *
   * @param d element (i, j, c) of the 6x6 tile lies at {@code dOffset + i * dRow + j * dColumn + c}
   * @param v element (i, j, c) of the 6x6 points lies at {@code vOffset + (6 * i + j) * vStep + c}
   */
  void winogradInput(float[] d, int dOffset, int dRow, int dColumn, int channels, float[] v, int vOffset, int vStep);

  /**
   * Winograd's transform back, {@code y = A^T m A + bias}, to a 4x4 tile of the output; arranged as in {@link
   * #winogradInput}.
   *
   * @param m    may be overwritten
   * @param bias per channel, from {@code biasOffset} on
   */
  void winogradOutput(float[] m, int mOffset, int mStep, int channels, float[] bias, int biasOffset, float[] y,
      int yOffset, int yRow, int yColumn);

  /**
   * Winograd's transform of a 4x4 tile of the output's gradient, {@code W = A g A^T}; arranged as in {@link
   * #winogradInput}.
   */
  void winogradGradient(float[] g, int gOffset, int gRow, int gColumn, int channels, float[] w, int wOffset, int wStep);

  /**
   * Winograd's transform of a 3x3 kernel, {@code U = G g G^T}, for each of {@code channels} channels, any number.
   *
   * @param g element (i, j, c) of the kernel lies at {@code gOffset + i * gRow + j * gColumn + c}
   * @param u element (i, j, c) of the 6x6 points lies at {@code uOffset + (6 * i + j) * uStep + c}
   */
  void winogradKernel(float[] g, int gOffset, int gRow, int gColumn, int channels, float[] u, int uOffset, int uStep);

  /**
   * Winograd's transform of a gradient at 6x6 points to that of a 3x3 kernel, {@code dg = G^T m G}; arranged as in {@link
   * #winogradKernel}.
   *
   * @param m may be overwritten
   */
  void winogradKernelGradient(float[] m, int mOffset, int mStep, int channels, float[] dg, int gOffset, int gRow,
      int gColumn);
}
