package io.qkformer.layer;

import io.qkformer.inference.Activation;
import io.qkformer.inference.FloatMap;
import io.qkformer.inference.InferenceLayer;
import io.qkformer.inference.InferencePass;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The inference twin of any layer: its own evaluation pass over float maps. */
final class EvaluatedLayer implements InferenceLayer {

  private static final int GRAIN = 1 << 14;

  private final Layer layer;

  EvaluatedLayer(Layer layer) {
    this.layer = layer;
  }

  @Override
  public Activation forward(Activation x, InferencePass inference) {
    Activation.Shape in = x.shape();
    try (Pass pass = Pass.evaluation(inference.engine(), inference.timeSteps())) {
      INDArray input = pass.allocate(in.steps(), in.batch(), in.height(), in.width(), in.channels());
      Floats target = Floats.of(input);
      inference.engine().workers().forRanges(x.length(), GRAIN, (from, to, scratch) -> {
        int n = (int) (to - from);
        float[] tile = scratch.floats(0, n);
        x.read(from, tile, 0, n);
        target.write(from, tile, 0, n);
      });
      INDArray output = layer.forward(input, pass).value();
      long[] shape = output.shape();
      if (shape.length != 5) {
        throw new IllegalArgumentException("expected a layer whose output is [T, B, H, W, C], got "
            + Shapes.toString(output) + " (" + layer + ")");
      }
      // a copy: the pass reuses the array
      return new FloatMap(Floats.of(Floats.contiguous(output)).toArray(),
          new Activation.Shape((int) shape[0], (int) shape[1], (int) shape[2], (int) shape[3], (int) shape[4]));
    }
  }
}
