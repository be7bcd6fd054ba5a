package io.qkformer.checkpoint;

import io.qkformer.layer.Buffer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Moves a layer's parameters and buffers to and from state dicts, under the reference's names and shapes. */
public final class ModelWeights {

  /** How many names an error lists. */
  private static final int LISTED = 5;

  private ModelWeights() {
  }

  /** Copies all parameters and buffers. */
  public static StateDict export(Layer layer) {
    StateDict.Builder builder = StateDict.builder();
    layer.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        builder.put(name, parameter.layout().toExternal(parameter.value()));
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        builder.put(name, buffer.value().dup());
      }
    });
    return builder.build();
  }

  /**
   * Sets all parameters and buffers, strictly: each must be there, with its shape, and nothing else. Aliases of names
   * ({@link StateDictNames}) are understood. The layer is not touched unless everything fits.
   *
   * @throws IllegalArgumentException naming the missing, the unexpected and the misshapen tensors
   */
  public static void load(StateDict weights, Layer layer) {
    Map<String, Target> targets = targets(layer);
    StateDict named = StateDictNames.translate(weights, targets.keySet());
    List<String> missing = targets.keySet().stream().filter(name -> !named.contains(name)).toList();
    List<String> unexpected = named.names().stream().filter(name -> !targets.containsKey(name)).toList();
    List<String> misshapen = new ArrayList<>();
    targets.forEach((name, target) -> {
      if (named.contains(name) && !Arrays.equals(named.get(name).shape(), target.externalShape())) {
        misshapen.add(name + " (expected " + Arrays.toString(target.externalShape()) + ", got "
            + Arrays.toString(named.get(name).shape()) + ")");
      }
    });
    if (!missing.isEmpty() || !unexpected.isEmpty() || !misshapen.isEmpty()) {
      throw new IllegalArgumentException("the weights do not fit the model:" + listed(" missing ", missing)
          + listed(" unexpected ", unexpected) + listed(" misshapen ", misshapen)
          + "; the model was left as it is. Is it of the same form, width, depth and number of classes?");
    }
    targets.forEach((name, target) -> target.set(named.get(name)));
  }

  private static String listed(String what, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String more = names.size() > LISTED ? ", ... (" + names.size() + " in all)" : "";
    return what + String.join(", ", names.subList(0, Math.min(LISTED, names.size()))) + more + ";";
  }

  /**
   * Writes a safetensors file, aside first and then in place of an older one.
   *
   * @param metadata to be stored with the weights
   * @throws IOException when the file cannot be written; an older file is then as it was
   */
  public static void save(Path file, Layer layer, Map<String, String> metadata) throws IOException {
    SafeTensors.write(file, export(layer), metadata);
  }

  /**
   * Loads a safetensors or PyTorch file, strictly.
   *
   * @throws IOException              when the file cannot be read or is corrupt
   * @throws IllegalArgumentException when the weights do not fit the layer, which is then as it was
   */
  public static void load(Path file, Layer layer) throws IOException {
    StateDict weights = WeightFiles.read(file);
    try {
      load(weights, layer);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private interface Target {
    long[] externalShape();

    void set(INDArray value);
  }

  private static Map<String, Target> targets(Layer layer) {
    Map<String, Target> targets = new LinkedHashMap<>();
    layer.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        targets.put(name, new Target() {
          @Override
          public long[] externalShape() {
            return parameter.layout().externalShape(parameter.value().shape());
          }

          @Override
          public void set(INDArray value) {
            parameter.value().assign(parameter.layout().fromExternal(value.castTo(parameter.value().dataType()),
                parameter.value().shape()));
          }
        });
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        targets.put(name, new Target() {
          @Override
          public long[] externalShape() {
            return buffer.value().shape();
          }

          @Override
          public void set(INDArray value) {
            buffer.value().assign(value.castTo(buffer.value().dataType()));
          }
        });
      }
    });
    return targets;
  }
}
