package io.qkformer.examples.jmh;

import io.qkformer.kernel.Convolution;
import io.qkformer.kernel.ConvolutionShape;
import io.qkformer.kernel.Engine;
import io.qkformer.tensor.Floats;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Whole convolutions on one thread. {@code -p path=BY_DENSITY,SPIKES,DENSE} compares the compute paths. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConvolutionBenchmark {

  /** A convolution, its weights and its gradient. */
  @State(Scope.Benchmark)
  public static class Layer {

    /** Images x rows x columns x channels of the input x channels of the output x kernel x stride x padding. */
    @Param({"4x32x32x96x192x3x1x1", "4x16x16x192x192x3x1x1", "16x8x8x384x384x3x1x1", "16x8x8x384x1536x1x1x0",
        "16x16x16x192x384x1x2x0"})
    public String shape;

    /** Spikes or the dense product. */
    @Param("BY_DENSITY")
    public Convolution.Path path;

    /** The arithmetic. */
    @Param({Samples.SIMD, Samples.PORTABLE})
    public String kernels;

    private Engine engine;
    private ConvolutionShape geometry;
    private Convolution convolution;
    private Floats weights;
    private Floats gradient;
    private Floats weightGradient;
    private Floats inputGradient;
    private Floats output;

    /** Draws weights and gradient. */
    @Setup
    public void prepare() {
      int[] s = Samples.shape(shape, 8);
      geometry = new ConvolutionShape(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]);
      engine = Engine.create(Samples.kernels(kernels), 1);
      convolution = new Convolution(engine, geometry, path);
      weights = floats(Samples.gaussian("weights", geometry.weightLength()));
      int outputs = s[0] * geometry.outHeight() * geometry.outWidth() * s[4];
      gradient = floats(Samples.gaussian("gradient", outputs));
      output = floats(new float[outputs]);
      weightGradient = floats(new float[geometry.weightLength()]);
      inputGradient = floats(new float[inputs()]);
    }

    private int inputs() {
      return geometry.images() * geometry.inHeight() * geometry.inWidth() * geometry.inChannels();
    }

    /** Ends the engine. */
    @TearDown
    public void close() {
      engine.close();
    }
  }

  /** The spikes that go in. */
  @State(Scope.Benchmark)
  public static class Input {

    /** Spikes per element. */
    @Param({"0.01", "0.05", "0.1", "0.2", "0.4", "0.6"})
    public double density;

    private Floats spikes;

    /** Draws the spikes. */
    @Setup
    public void prepare(Layer layer) {
      spikes = floats(Samples.spikes(layer.inputs(), density));
    }
  }

  private static Floats floats(float[] values) {
    return Floats.of(Nd4j.createFromArray(values));
  }

  /** Forward. */
  @Benchmark
  public Floats forward(Layer layer, Input input) {
    layer.convolution.forward(input.spikes, layer.weights, null, layer.output);
    return layer.output;
  }

  /** The gradient of the weights. */
  @Benchmark
  public Floats weightGradient(Layer layer, Input input) {
    layer.convolution.weightGradient(input.spikes, layer.gradient, layer.weightGradient, null);
    return layer.weightGradient;
  }

  /** The gradient of the input, which is dense. */
  @Benchmark
  public Floats inputGradient(Layer layer) {
    layer.convolution.inputGradient(layer.gradient, layer.weights, layer.inputGradient);
    return layer.inputGradient;
  }
}
