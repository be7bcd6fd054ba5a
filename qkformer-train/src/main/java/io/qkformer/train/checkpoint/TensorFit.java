package io.qkformer.train.checkpoint;

import io.qkformer.checkpoint.StateDict;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whether tensors fit those they are to replace: the same names, data types and shapes. */
final class TensorFit {

  private TensorFit() {
  }

  private record Form(DataType type, long[] shape) {

    static Form of(INDArray tensor) {
      return new Form(tensor.dataType(), tensor.shape());
    }

    boolean fits(Form other) {
      return type == other.type && Arrays.equals(shape, other.shape);
    }

    @Override
    public String toString() {
      return type + " " + Arrays.toString(shape);
    }
  }

  /** The first difference, if any, of tensors in the reference's shapes to a model's. */
  static Optional<String> differenceToModel(StateDict given, Layer model) {
    Map<String, Form> own = new LinkedHashMap<>();
    model.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        own.put(name, new Form(parameter.value().dataType(),
            parameter.layout().externalShape(parameter.value().shape())));
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        own.put(name, Form.of(buffer.value()));
      }
    });
    return firstDifference("model", forms(given.entries()), own);
  }

  /** The first difference, if any, of tensors in this library's shapes to others. */
  static Optional<String> difference(String what, Map<String, INDArray> given,
      Map<String, INDArray> own) {
    return firstDifference(what, forms(given.entrySet()), forms(own.entrySet()));
  }

  private static Map<String, Form> forms(Set<Map.Entry<String, INDArray>> tensors) {
    Map<String, Form> forms = new LinkedHashMap<>();
    tensors.forEach(entry -> forms.put(entry.getKey(), Form.of(entry.getValue())));
    return forms;
  }

  private static Optional<String> firstDifference(String what, Map<String, Form> given, Map<String, Form> own) {
    for (Map.Entry<String, Form> entry : own.entrySet()) {
      Form form = given.get(entry.getKey());
      if (form == null) {
        return Optional.of("the checkpoint's " + what + " lacks " + entry.getKey() + " " + entry.getValue());
      }
      if (!form.fits(entry.getValue())) {
        return Optional.of("the checkpoint's " + what + " has " + entry.getKey() + " as " + form + ", expected "
            + entry.getValue());
      }
    }
    return given.keySet().stream().filter(name -> !own.containsKey(name)).findFirst()
        .map(name -> "the checkpoint's " + what + " has " + name + " " + given.get(name) + ", which is unknown here");
  }
}
