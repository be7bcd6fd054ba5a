package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.layer.Initializer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateLayout;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against PyTorch's and timm's numbers, with the tolerances of golden/model/README.md. */
@Tag("golden")
class GoldenOptimizeTest {

  /** One case: its tensors and its properties. */
  private record Case(Map<String, INDArray> tensors, Properties properties) {

    static Case read(String name) throws IOException {
      Path file = Path.of(System.getProperty("qkformer.shared", ""), "golden", "model", name + ".npz");
      Assumptions.assumeTrue(Files.exists(file), () -> "no golden vectors at " + file);
      Map<String, INDArray> tensors = new LinkedHashMap<>();
      Properties properties = new Properties();
      try (ZipFile zip = new ZipFile(file.toFile())) {
        for (ZipEntry entry : Collections.list(zip.entries())) {
          byte[] bytes = zip.getInputStream(entry).readAllBytes();
          if (entry.getName().endsWith(".npy")) {
            String tensor = entry.getName().substring(0, entry.getName().length() - ".npy".length());
            tensors.put(tensor, Nd4j.createNpyFromByteArray(bytes));
          } else {
            properties.load(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
          }
        }
      }
      return new Case(tensors, properties);
    }

    double number(String key) {
      return Double.parseDouble(properties.getProperty("config." + key));
    }

    int whole(String key) {
      return Integer.parseInt(properties.getProperty("config." + key));
    }

    double[] doubles(String tensor) {
      return tensors.get(tensor).castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }

    void requireFloat(String tensor, INDArray actual) {
      double[] expected = doubles(tensor);
      double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
      double err32 = Double.parseDouble(properties.getProperty("err32." + tensor, "0"));
      assertThat(actual.castTo(DataType.DOUBLE).dup('c').data().asDouble()).as(tensor)
          .containsExactly(expected, within(4 * err32 + 1e-6 * largest + 1e-7));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lr_timm_cosine_cifar", "lr_timm_cosine_gesture", "lr_timm_cosine_short",
      "lr_half_cosine_imagenet"})
  void schedules(String name) throws IOException {
    Case golden = Case.read(name);
    LearningRateSchedule schedule = switch (golden.properties().getProperty("config.formula")) {
      case "timm-cosine" -> new TimmCosine(golden.number("lr"), golden.whole("epochs"),
          golden.whole("warmup_epochs"),
          golden.number("warmup_lr"), golden.number("min_lr"), golden.whole("cooldown_epochs"));
      case "half-cosine" -> new HalfCosine(golden.number("lr"), golden.whole("epochs"),
          golden.whole("warmup_epochs"),
          golden.number("min_lr"));
      default -> throw new IllegalStateException("unknown formula");
    };
    double[] actual = Arrays.stream(golden.doubles("in/epoch")).map(schedule::at).toArray();

    assertThat(actual).containsExactly(golden.doubles("out/lr"), within(1e-9 * golden.number("lr") + 1e-11));
    if (schedule instanceof TimmCosine cosine) {
      assertThat(cosine.totalEpochs()).isEqualTo(golden.whole("total_epochs"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"loss_hard", "loss_label_smoothing", "loss_mixup_soft_target"})
  void losses(String name) throws IOException {
    Case golden = Case.read(name);
    int[] labels = golden.tensors().get("in/labels").toIntVector();
    SoftTargets targets = SoftTargets.of(labels, golden.whole("classes"), golden.number("smoothing"))
        .mixedWithReversed(golden.number("lam"));
    Loss loss = SoftTargetCrossEntropy.of(golden.tensors().get("in/logits"), targets);

    assertThat(loss.value()).isCloseTo(golden.doubles("out/loss")[0], within(1e-9 * loss.value()));
    golden.requireFloat("grad/logits", loss.gradient());
  }

  @Test
  void mixup() throws IOException {
    Case golden = Case.read("mixup_input");
    INDArray x = golden.tensors().get("in/x").dup('c').reshape('c', 1, 4, 3, 4, 5);
    Mixup.mixInPlace(x, golden.number("lam"));

    golden.requireFloat("out/x", x);
  }

  @Test
  void adamw() throws IOException {
    Case golden = Case.read("adamw");
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (String name : List.of("a", "b", "c", "d")) {
      INDArray start = golden.tensors().get("in/p0/" + name);
      Parameter parameter = new Parameter(Parameter.Role.WEIGHT, StateLayout.SAME, Initializer.constant(0),
          start.shape());
      parameter.value().assign(start);
      parameters.put(name, parameter);
    }
    Map<String, Parameter> decayed = new LinkedHashMap<>(parameters);
    decayed.keySet().retainAll(List.of(golden.properties().getProperty("config.decay_group").split(",")));
    Map<String, Parameter> exempt = new LinkedHashMap<>(parameters);
    exempt.keySet().removeAll(decayed.keySet());
    AdamW optimizer = new AdamW(
        List.of(new ParameterGroup(golden.number("weight_decay"), decayed), new ParameterGroup(0, exempt)),
        new AdamWConfig(golden.number("beta1"), golden.number("beta2"), golden.number("eps")));

    String[] rates = golden.properties().getProperty("config.lr").split(",");
    for (int step = 1; step <= rates.length; step++) {
      optimizer.clear();
      for (var entry : parameters.entrySet()) {
        entry.getValue().gradient().assign(golden.tensors().get("in/grad" + step + "/" + entry.getKey()));
      }
      optimizer.step(Double.parseDouble(rates[step - 1]));
      for (var entry : parameters.entrySet()) {
        golden.requireFloat("out/step" + step + "/" + entry.getKey(), entry.getValue().value());
      }
    }
  }
}
