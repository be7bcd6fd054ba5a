package io.qkformer.examples.analyze;

import io.qkformer.examples.analyze.ComplexityPoint.Sweep;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The exponents of one attention.
 *
 * @param attention   which
 * @param timeTokens  time over N
 * @param timeWidth   time over D
 * @param bytesTokens bytes over N
 * @param bytesWidth  bytes over D
 */
record ComplexityFit(ComparedAttention attention, PowerLaw timeTokens, PowerLaw timeWidth, PowerLaw bytesTokens,
    PowerLaw bytesWidth) {

  /** Fits the points of one attention. */
  static ComplexityFit of(ComparedAttention attention, List<ComplexityPoint> points) {
    return new ComplexityFit(attention, fit(attention, points, Sweep.TOKENS, ComplexityPoint::millis),
        fit(attention, points, Sweep.WIDTH, ComplexityPoint::millis),
        fit(attention, points, Sweep.TOKENS, ComplexityPoint::bytes),
        fit(attention, points, Sweep.WIDTH, ComplexityPoint::bytes));
  }

  private static PowerLaw fit(ComparedAttention attention, List<ComplexityPoint> points, Sweep sweep,
      ToDoubleFunction<ComplexityPoint> value) {
    List<ComplexityPoint> own = points.stream().filter(point -> point.attention() == attention
        && point.sweep() == sweep).toList();
    return PowerLaw.fit(own.stream().mapToDouble(ComplexityPoint::size).toArray(),
        own.stream().mapToDouble(value).toArray());
  }
}
