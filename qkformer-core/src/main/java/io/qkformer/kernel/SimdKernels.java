package io.qkformer.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * {@link Kernels} on the Vector API, at the preferred vector length of the machine.
 *
 * <p>Touch this class only where the module {@code jdk.incubator.vector} is present: {@link KernelProvider}
 * sees to it.
 */
final class SimdKernels implements Kernels {

  private static final Kernels PORTABLE = new PortableKernels();

  private static final MapKernels MAPS = SimdMapKernels.available() ? new SimdMapKernels() : MapKernels.NONE;

  /** Floats in a preferred vector. */
  static int lanes() {
    return FloatVector.SPECIES_PREFERRED.length();
  }

  @Override
  public String name() {
    return "simd-" + FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  @Override
  public MapKernels maps() {
    return MAPS;
  }

  @Override
  public void multiplyRows(int m, int n, int k, float[] a, int aOffset, float[] b, int bOffset, float[] start,
      int startOffset, int startRow, float[] c, int cOffset, int cRow) {
    int done = 0;
    if (SimdFetchingProduct8.computes(n, k, b.length, startRow)) {
      done = SimdFetchingProduct8.multiply(m, k, a, aOffset, b, bOffset, start, startOffset, c, cOffset, cRow);
    } else if (SimdRowProduct8.computes(n, k)) {
      done = SimdRowProduct8.multiply(m, n, k, a, aOffset, b, bOffset, start, startOffset, startRow, c, cOffset, cRow);
    }
    multiply(m - done, n, k, a, aOffset + done * Panels.ROW_STEP, Panels.ROW_STEP, 1, b, bOffset, n, start,
        startOffset + done * startRow, startRow, c, cOffset + done * cRow, cRow);
  }

  @Override
  public void multiply(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn,
      float[] b, int bOffset, int bRow, float[] start, int startOffset, int startRow, float[] c, int cOffset,
      int cRow) {
    SimdProduct.multiply(m, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, start, startOffset, startRow,
        c, cOffset, cRow);
  }

  @Override
  public int countBits(float[] x, int xOffset, int n) {
    return SimdCounts.bits(x, xOffset, n);
  }

  @Override
  public void packPlane(float[] x, int xOffset, int n, int plane, long[] words, int wordOffset) {
    SimdCounts.pack(x, xOffset, n, plane, words, wordOffset);
  }

  @Override
  public void unpackPlanes(long[] words, int wordOffset, int planeStep, int planes, float[] x, int xOffset, int n) {
    SimdCounts.unpack(words, wordOffset, planeStep, planes, x, xOffset, n);
  }

  @Override
  public void addSelectedRows(float[] w, int wOffset, int wRow, int columns, RowSelection selection, int list, float scale,
      float[] y, int yOffset, int yRow) {
    if (selection.count(list) > 0) {
      SimdSelectedRows.add(w, wOffset, wRow, columns, selection, list, scale, y, yOffset, yRow);
    }
  }

  @Override
  public void add(float[] x, int xOffset, float[] y, int yOffset, int n) {
    SimdColumns.add(x, xOffset, y, yOffset, n);
  }

  @Override
  public void addToDoubles(float[] x, int xOffset, int n, double[] y, int yOffset) {
    // conversions to double would allocate their vectors
    PORTABLE.addToDoubles(x, xOffset, n, y, yOffset);
  }

  @Override
  public void addColumns(float[] x, int xOffset, int rows, int channels, float[] sum) {
    SimdColumns.sum(x, xOffset, rows, channels, sum);
  }

  @Override
  public void addMoments(float[] x, int xOffset, int rows, int channels, float[] centre, float[] sum,
      float[] squares) {
    PORTABLE.addMoments(x, xOffset, rows, channels, centre, sum, squares);
  }

  @Override
  public void normalize(float[] x, int xOffset, int rows, int channels, float[] centre, float[] scale,
      float[] shift, float[] y, int yOffset) {
    SimdColumns.normalize(x, xOffset, rows, channels, centre, scale, shift, y, yOffset);
  }

  @Override
  public void addColumnsAndProducts(float[] g, int gOffset, float[] x, int xOffset, int rows, int channels,
      float[] centre, float[] sum, float[] dot, int to) {
    SimdColumns.sumAndProducts(g, gOffset, x, xOffset, rows, channels, centre, sum, dot, to);
  }

  @Override
  public void combine(float[] g, int gOffset, float[] x, int xOffset, int rows, int channels,
      float[] centre, float[] a, float[] b, float[] d, float[] y, int yOffset) {
    SimdColumns.combine(g, gOffset, x, xOffset, rows, channels, centre, a, b, d, y, yOffset);
  }

  @Override
  public void fire(NeuronStep step, float[] x, int xOffset, float[] v, float[] h, int hOffset,
      float[] s, int sOffset, int n) {
    SimdNeuron.fire(step, x, xOffset, v, h, hOffset, s, sOffset, n);
  }

  @Override
  public void firePacked(NeuronStep step, float[] x, int xOffset, float[] v, int vOffset, int n, long[] words,
      int wordAt) {
    SimdPackedNeuron.firePacked(step, x, xOffset, v, vOffset, n, words, wordAt);
  }

  @Override
  public void firePackedSteps(NeuronStep step, float[] x, int xOffset, int xStep, int steps, int n, float[] memory,
      long[] words, int wordAt, int wordStep) {
    int done = SimdPackedSteps.fire(step, x, xOffset, xStep, steps, n, words, wordAt, wordStep);
    if (done < n) {
      NeuronSteps.firePacked(this, step, x, xOffset + done, xStep, steps, n - done, memory, words, wordAt + done / Long.SIZE,
          wordStep);
    }
  }

  @Override
  public void fireBackward(NeuronStep step, float[] gs, int gsOffset, float[] h, int hOffset,
      float[] sg, int sgOffset, float[] carry, float[] gx, int gxOffset, int n) {
    SimdNeuron.fireBackward(step, gs, gsOffset, h, hOffset, sg, sgOffset, carry, gx, gxOffset, n);
  }

  @Override
  public void sigmoidDerivative(float alpha, float threshold, float[] h, int hOffset,
      float[] sg, int sgOffset, int n) {
    SimdNeuron.sigmoidDerivative(alpha, threshold, h, hOffset, sg, sgOffset, n);
  }

  @Override
  public void sigmoidBackward(NeuronStep step, float alpha, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, float[] g, int gOffset, int gStep) {
    int done = SimdNeuronBackward.backward(step, alpha, h, hOffset, hStep, steps, n, memory, g, gOffset, gStep);
    NeuronSteps.backward(this, step, alpha, h, hOffset, hStep, steps, done, n, memory, g, gOffset, gStep);
  }

  @Override
  public void maximum(float[] x, int xOffset, int tap, float[] best, int bestOffset,
      int[] argument, int argumentOffset, int n) {
    SimdPooling.maximum(x, xOffset, tap, best, bestOffset, argument, argumentOffset, n);
  }

  @Override
  public void maximumOfTaps(float[] x, int xOffset, int xStep, int tap, float[] best, int bestOffset, int[] argument,
      int argumentOffset, int n) {
    SimdPooling.maximumOfTaps(x, xOffset, xStep, tap, best, bestOffset, argument, argumentOffset, n);
  }

  @Override
  public void maximumOfThree(float[] x, int first, int second, int third, float[] y, int yOffset, int n) {
    SimdPooling.maximumOfThree(x, first, second, third, y, yOffset, n);
  }

  @Override
  public void addWhere(float[] g, int gOffset, int[] argument, int argumentOffset, int tap,
      float[] dx, int dxOffset, int n) {
    SimdPooling.addWhere(g, gOffset, argument, argumentOffset, tap, dx, dxOffset, n);
  }

  @Override
  public void winogradInput(float[] d, int dOffset, int dRow, int dColumn, int channels, float[] v, int vOffset,
      int vStep) {
    SimdWinograd.input(d, dOffset, dRow, dColumn, channels, v, vOffset, vStep);
  }

  @Override
  public void winogradOutput(float[] m, int mOffset, int mStep, int channels, float[] bias, int biasOffset, float[] y,
      int yOffset, int yRow, int yColumn) {
    SimdWinograd.output(m, mOffset, mStep, channels, bias, biasOffset, y, yOffset, yRow, yColumn);
  }

  @Override
  public void winogradGradient(float[] g, int gOffset, int gRow, int gColumn, int channels, float[] w, int wOffset,
      int wStep) {
    SimdWinograd.gradient(g, gOffset, gRow, gColumn, channels, w, wOffset, wStep);
  }

  @Override
  public void winogradKernel(float[] g, int gOffset, int gRow, int gColumn, int channels, float[] u, int uOffset,
      int uStep) {
    SimdWinogradKernel.kernel(g, gOffset, gRow, gColumn, channels, u, uOffset, uStep);
  }

  @Override
  public void winogradKernelGradient(float[] m, int mOffset, int mStep, int channels, float[] dg, int gOffset, int gRow,
      int gColumn) {
    SimdWinogradKernel.kernelGradient(m, mOffset, mStep, channels, dg, gOffset, gRow, gColumn);
  }
}
