package io.qkformer.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares a layer with its naive double-precision twin: the output, the gradient of the input and of each
 * parameter;
 * and that the layer leaves its arguments alone and holds no memory afterwards.
 *
 * @param timeSteps T of the pass
 * @param tolerance greatest difference, relative to the largest value of the array
 */
public record ReferenceCheck(Mode mode, int timeSteps, double tolerance) {

  /** Least distance from a threshold at which float and double surely agree on a spike. */
  private static final double MARGIN = 3e-6;

  /** In training mode. */
  public static ReferenceCheck training(int timeSteps) {
    return new ReferenceCheck(Mode.TRAINING, timeSteps, 2e-5);
  }

  /** With running statistics, and gradients. */
  public static ReferenceCheck frozen(int timeSteps) {
    return new ReferenceCheck(Mode.FROZEN_STATISTICS, timeSteps, 2e-5);
  }

  public ReferenceCheck withTolerance(double other) {
    return new ReferenceCheck(mode, timeSteps, other);
  }

  /** Compares on every engine. */
  public void check(Layer layer, INDArray x, BiFunction<Reference, ReferenceMap, ReferenceMap> twin) {
    Reference reference = new Reference(layer, mode, timeSteps);
    ReferenceMap input = reference.input(x);
    ReferenceMap expected = twin.apply(reference, input);
    assertThat(reference.tape().margin()).as("distance from the threshold; choose another seed")
        .isGreaterThan(MARGIN);
    for (Engine engine : Engines.all()) {
      check(engine, layer, x, reference, input, expected);
    }
  }

  private void check(Engine engine, Layer layer, INDArray x, Reference reference, ReferenceMap input,
      ReferenceMap expected) {
    String kernels = engine.kernels().name();
    Map<String, Parameter> parameters = parameters(layer);
    parameters.values().forEach(Parameter::clearGradient);
    float[] before = TestMaps.floats(x);
    try (Pass pass = Pass.of(mode, engine, timeSteps)) {
      Output output = layer.forward(x, pass);
      assertClose(output.value(), reference.tape().values(expected.nodes()), kernels + " output");
      assertThat(output.value().norm1Number().doubleValue()).as("a test needs values").isPositive();
      INDArray g = TestMaps.gaussian(99, output.value().shape());
      float[] gBefore = TestMaps.floats(g);
      double[] gradients = reference.tape().gradients(expected.nodes(), TestMaps.doubles(g));
      INDArray dx = output.backward().apply(g);
      assertThat(dx.shape()).isEqualTo(x.shape());
      assertClose(dx, at(gradients, input.nodes()), kernels + " gradient of the input");
      parameters.forEach((name, parameter) -> {
        double[] due = at(gradients, reference.parameters().get(name));
        // a bias before batch norm in training has no gradient but the rounding of its summands
        double allowed = largest(due) < 1e-9 ? tolerance * Math.max(1, largest(gradients)) : tolerance;
        assertClose(TestMaps.doubles(parameter.gradient()), due, allowed, kernels + " gradient of " + name);
      });
      assertThat(TestMaps.floats(x)).as("the input is left alone").isEqualTo(before);
      assertThat(TestMaps.floats(g)).as("the output's gradient is left alone").isEqualTo(gBefore);
      pass.release(output.value());
      pass.release(dx);
      assertThat(pass.heldBytes()).as(kernels + " bytes held after backward").isZero();
    }
  }

  /** A layer's parameters by name. */
  public static Map<String, Parameter> parameters(Layer layer) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    layer.visit("", parameters::put);
    return parameters;
  }

  private static double[] at(double[] values, int[] nodes) {
    double[] result = new double[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      result[i] = values[nodes[i]];
    }
    return result;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private void assertClose(INDArray actual, double[] expected, String what) {
    assertClose(TestMaps.doubles(actual), expected, tolerance, what);
  }

  /** Compares to a tolerance relative to the largest expected value, and at least to that of 1. */
  public static void assertClose(double[] actual, double[] expected, double tolerance, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = Math.max(1, largest(expected));
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance * largest)) {
        throw new AssertionError("%s differs at %d: expected %.9g, got %.9g (largest %.3g)".formatted(what, i,
            expected[i], actual[i], largest));
      }
    }
  }

  /** Compares two arrays. */
  public static void assertClose(INDArray actual, INDArray expected, double tolerance, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertClose(TestMaps.doubles(actual), TestMaps.doubles(expected), tolerance, what);
  }
}
