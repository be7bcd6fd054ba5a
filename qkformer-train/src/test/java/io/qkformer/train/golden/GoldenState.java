package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.layer.Buffer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Moves parameters and buffers between a golden case and a layer. */
final class GoldenState {

  private GoldenState() {
  }

  /** Sets all parameters and buffers; names must agree both ways. */
  static void load(GoldenCase golden, Layer layer) {
    List<String> names = new ArrayList<>();
    layer.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        names.add("param/" + name);
        parameter.clearGradient();
        parameter.value().assign(parameter.layout().fromExternal(golden.array("param/" + name),
            parameter.value().shape()));
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        names.add("buf/" + name);
        loadBuffer(golden, name, buffer);
      }
    });
    assertThat(names).containsExactlyInAnyOrderElementsOf(golden.tensorNames().stream()
        .filter(name -> name.startsWith("param/") || name.startsWith("buf/")).toList());
  }

  /** Sets the buffers only. */
  static void loadBuffers(GoldenCase golden, Layer layer) {
    layer.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        loadBuffer(golden, name, buffer);
      }
    });
  }

  private static void loadBuffer(GoldenCase golden, String name, Buffer buffer) {
    buffer.value().assign(golden.array("buf/" + name).castTo(buffer.value().dataType()).reshape(buffer.value().shape()));
  }

  /** Compares all gradients of parameters. */
  static void checkGradients(GoldenCase golden, Layer layer) {
    layer.visit("", (name, parameter) -> {
      INDArray gradient = parameter.layout().toExternal(parameter.gradient());
      if (name.endsWith("_conv.bias")) {
        golden.checkNegligible("grad/" + name, gradient);
      } else {
        golden.check("grad/" + name, gradient);
      }
    });
  }

  /** Compares all buffers. */
  static void checkBuffers(GoldenCase golden, Layer layer) {
    layer.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        golden.check("out/buf/" + name, buffer.value());
      }
    });
  }
}
