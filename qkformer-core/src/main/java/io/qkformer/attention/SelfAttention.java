package io.qkformer.attention;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.inference.BitAttention;
import io.qkformer.inference.BitSelfAttention;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.Scratch;
import io.qkformer.layer.Content;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Saved;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.SpikingNeuron;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Spiking self attention (eq. 7): {@code SN(Q K^T V scale)} per head, computed as {@code Q (K^T V)}: no N x N map ever
 * stands in memory. The products of spikes are whole numbers, exact in float32.
 *
 * <p>Kept for backward: Q, K, V as bits and the attention current. Cost: O(T B N C C / heads).
 */
public final class SelfAttention implements AttentionCore {

  private static final String NEURON = "attn_lif";
  private static final int Q = 0;
  private static final int K = 1;
  private static final int V = 2;
  private static final int GRADIENT = 3;
  private static final int KV = 4;
  private static final int KV_GRADIENT = 5;
  private static final int TRANSPOSED = 6;
  /** Slots of one head's columns of the tiles in the slots 0 to 3. */
  private static final int HEAD = 7;
  private static final int RESULT = 11;

  private final int width;
  private final int heads;
  private final int headWidth;
  private final float scale;
  private final SpikingNeuron neuron;

  /** Attention over {@code width} channels in {@code heads} contiguous segments. */
  public SelfAttention(int width, int heads, double scale, NeuronConfig attentionNeuron) {
    this.width = width;
    this.heads = heads;
    this.headWidth = width / heads;
    this.scale = (float) scale;
    this.neuron = new SpikingNeuron(attentionNeuron);
  }

  @Override
  public List<String> projections() {
    return List.of("q", "k", "v");
  }

  @Override
  public Attended attend(List<INDArray> projected, Pass pass) {
    long[] shape = projected.get(Q).shape();
    INDArray current = pass.allocate(shape);
    Floats target = Floats.of(current);
    Floats q = Floats.of(projected.get(Q));
    Floats k = Floats.of(projected.get(K));
    Floats v = Floats.of(projected.get(V));
    Kernels kernels = pass.engine().kernels();
    int d = headWidth;
    int frame = frame(shape);
    int tokens = frame / width;
    pass.engine().workers().forEach(frames(shape), (index, scratch) -> {
      float[] qTile = read(q, index, frame, scratch, Q);
      float[] kTile = read(k, index, frame, scratch, K);
      float[] vTile = read(v, index, frame, scratch, V);
      for (int head = 0; head < width; head += d) {
        float[] qHead = columns(qTile, head, tokens, scratch, Q);
        float[] kv = keyValue(kernels, columns(kTile, head, tokens, scratch, K), columns(vTile, head, tokens, scratch, V),
            tokens, scratch);
        float[] out = cleared(scratch, RESULT, tokens * d);
        kernels.multiplyAdd(tokens, d, d, qHead, ALIGNED, d, 1, kv, ALIGNED, d, out, ALIGNED, d);
        scale(out, tokens * d);
        putColumns(out, qTile, head, tokens);
      }
      target.write((long) index * frame, qTile, ALIGNED, frame);
    });
    Output attention = pass.run(NEURON, neuron, current);
    pass.release(current);
    if (!pass.mode().keepsState()) {
      return new Attended(attention.value(), null);
    }
    List<Saved> kept = projected.stream().map(x -> Saved.of(x, pass)).toList();
    return new Attended(attention.value(), gradient -> {
      INDArray g = attention.backward().apply(gradient);
      List<INDArray> gradients = backward(kept, Floats.of(g), shape, pass);
      pass.release(g);
      kept.forEach(saved -> saved.release(pass));
      return gradients;
    });
  }

  private List<INDArray> backward(List<Saved> kept, Floats g, long[] shape, Pass pass) {
    List<INDArray> gradients = List.of(pass.allocate(shape), pass.allocate(shape), pass.allocate(shape));
    List<Floats> targets = gradients.stream().map(Floats::of).toList();
    Kernels kernels = pass.engine().kernels();
    int d = headWidth;
    int frame = frame(shape);
    int tokens = frame / width;
    pass.engine().workers().forEach(frames(shape), (index, scratch) -> {
      float[] qTile = read(kept.get(Q).values(), index, frame, scratch, Q);
      float[] kTile = read(kept.get(K).values(), index, frame, scratch, K);
      float[] vTile = read(kept.get(V).values(), index, frame, scratch, V);
      float[] gTile = read(g, index, frame, scratch, GRADIENT);
      scale(gTile, frame);
      for (int head = 0; head < width; head += d) {
        float[] qHead = columns(qTile, head, tokens, scratch, Q);
        float[] kHead = columns(kTile, head, tokens, scratch, K);
        float[] vHead = columns(vTile, head, tokens, scratch, V);
        float[] gHead = columns(gTile, head, tokens, scratch, GRADIENT);
        float[] kv = keyValue(kernels, kHead, vHead, tokens, scratch);
        float[] dkv = cleared(scratch, KV_GRADIENT, d * d);
        kernels.multiplyAdd(d, d, tokens, qHead, ALIGNED, 1, d, gHead, ALIGNED, d, dkv, ALIGNED, d);
        // each gradient takes the place of a tile that is not read any more
        putProduct(kernels, gHead, transposed(kv, scratch), qTile, head, tokens, scratch);
        putProduct(kernels, kHead, dkv, gTile, head, tokens, scratch);
        putProduct(kernels, vHead, transposed(dkv, scratch), kTile, head, tokens, scratch);
      }
      targets.get(Q).write((long) index * frame, qTile, ALIGNED, frame);
      targets.get(K).write((long) index * frame, kTile, ALIGNED, frame);
      targets.get(V).write((long) index * frame, gTile, ALIGNED, frame);
    });
    return gradients;
  }

  /** The product of one head's tokens with a square becomes the head's columns of a tile. */
  private void putProduct(Kernels kernels, float[] head, float[] square, float[] tile, int column, int tokens,
      Scratch scratch) {
    int d = headWidth;
    float[] result = cleared(scratch, RESULT, tokens * d);
    kernels.multiplyAdd(tokens, d, d, head, ALIGNED, d, 1, square, ALIGNED, d, result, ALIGNED, d);
    putColumns(result, tile, column, tokens);
  }

  /** One head's columns of a tile side by side, where products read them as one stream; the tile itself of a single head. */
  private float[] columns(float[] tile, int head, int tokens, Scratch scratch, int slot) {
    if (headWidth == width) {
      return tile;
    }
    float[] columns = scratch.floats(HEAD + slot, tokens * headWidth);
    for (int token = 0; token < tokens; token++) {
      System.arraycopy(tile, ALIGNED + token * width + head, columns, ALIGNED + token * headWidth, headWidth);
    }
    return columns;
  }

  private void putColumns(float[] columns, float[] tile, int head, int tokens) {
    for (int token = 0; token < tokens; token++) {
      System.arraycopy(columns, ALIGNED + token * headWidth, tile, ALIGNED + token * width + head, headWidth);
    }
  }

  private void scale(float[] values, int count) {
    for (int i = ALIGNED; i < ALIGNED + count; i++) {
      values[i] *= scale;
    }
  }

  /** {@code K^T V} of one head, {@code [headWidth][headWidth]}. */
  private float[] keyValue(Kernels kernels, float[] k, float[] v, int tokens, Scratch scratch) {
    int d = headWidth;
    float[] kv = cleared(scratch, KV, d * d);
    kernels.multiplyAdd(d, d, tokens, k, ALIGNED, 1, d, v, ALIGNED, d, kv, ALIGNED, d);
    return kv;
  }

  private float[] transposed(float[] square, Scratch scratch) {
    float[] result = scratch.floats(TRANSPOSED, headWidth * headWidth);
    for (int i = 0; i < headWidth; i++) {
      for (int j = 0; j < headWidth; j++) {
        result[ALIGNED + j * headWidth + i] = square[ALIGNED + i * headWidth + j];
      }
    }
    return result;
  }

  private static float[] read(FloatSource source, int index, int frame, Scratch scratch, int slot) {
    float[] tile = scratch.floats(slot, frame);
    source.read((long) index * frame, tile, ALIGNED, frame);
    return tile;
  }

  private static float[] cleared(Scratch scratch, int slot, int length) {
    float[] tile = scratch.floats(slot, length);
    Arrays.fill(tile, ALIGNED, ALIGNED + length, 0f);
    return tile;
  }

  private int frame(long[] shape) {
    return Math.toIntExact(shape[2] * shape[3] * width);
  }

  private static int frames(long[] shape) {
    return Math.toIntExact(shape[0] * shape[1]);
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    neuron.visit(prefix + NEURON + ".", visitor);
  }

  @Override
  public BitAttention forInference() {
    return new BitSelfAttention(headWidth, scale, neuron.step());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    trace.add(name + ".q(k^T v)", "SelfAttention(" + heads + " heads)", input, 2 * input.rows() * width * headWidth);
    for (int i = 0; i < projections().size(); i++) {
      trace.keepInput(Content.SPIKES, input);
    }
    neuron.trace(name + "." + NEURON, input, trace);
    // the gradients of the output, of the current, whose place it takes, and of Q, K and V
    trace.work(4 * input.floatBytes());
    return input;
  }
}
