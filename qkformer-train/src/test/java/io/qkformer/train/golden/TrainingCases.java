package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.StateLayout;
import io.qkformer.layer.StateVisitor;
import io.qkformer.model.QKFormer;
import io.qkformer.tensor.Layouts;
import io.qkformer.train.optimize.AdamW;
import io.qkformer.train.optimize.AdamWConfig;
import io.qkformer.train.optimize.HalfCosine;
import io.qkformer.train.optimize.LearningRateSchedule;
import io.qkformer.train.optimize.Loss;
import io.qkformer.train.optimize.MixingPlan;
import io.qkformer.train.optimize.ParameterGroup;
import io.qkformer.train.optimize.ParameterGroups;
import io.qkformer.train.optimize.SoftTargetCrossEntropy;
import io.qkformer.train.optimize.SoftTargets;
import io.qkformer.train.optimize.TimmCosine;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Golden cases of losses, schedules, the optimizer and whole trainings. */
final class TrainingCases {

  /** When a trajectory is looked at. */
  private enum Stage {
    /** After the first step; not every case has it. */
    FIRST_STEP("out/step1/"),
    /** After the last step. */
    FINAL("out/final/");

    private final String parameters;

    Stage(String parameters) {
      this.parameters = parameters;
    }
  }

  private TrainingCases() {
  }

  static void schedule(GoldenCase golden, Engine engine) {
    LearningRateSchedule schedule = switch (golden.config("formula").asText()) {
      case "timm-cosine" -> new TimmCosine(golden.config("lr").asDouble(), golden.config("epochs").asInt(),
          golden.config("warmup_epochs").asInt(), golden.config("warmup_lr").asDouble(),
          golden.config("min_lr").asDouble(), golden.config("cooldown_epochs").asInt());
      case "half-cosine" -> new HalfCosine(golden.config("lr").asDouble(), golden.config("epochs").asInt(),
          golden.config("warmup_epochs").asInt(), golden.config("min_lr").asDouble());
      default -> throw new AssertionError("unknown formula " + golden.config("formula"));
    };
    golden.check64("out/lr", Arrays.stream(golden.tensor("in/epoch").values()).map(schedule::at).toArray());
  }

  static void loss(GoldenCase golden, Engine engine) {
    int classes = golden.config("classes").asInt();
    SoftTargets targets = SoftTargets.of(golden.tensor("in/labels").toInts(), classes,
        golden.config("smoothing").asDouble()).mixedWithReversed(golden.config("lam").asDouble());
    double[] flat = new double[targets.batch() * classes];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = targets.at(i / classes, i % classes);
    }
    golden.check64("out/target", flat);
    Loss loss = SoftTargetCrossEntropy.of(golden.array("in/logits"), targets);
    golden.check("out/loss", loss.value());
    golden.check("grad/logits", loss.gradient());
  }

  static void mixup(GoldenCase golden, Engine engine) {
    INDArray x = Layouts.fromFoldedNchw(golden.array("in/x"), 1);
    new MixingPlan(Collections.nCopies((int) x.size(1), MixingPlan.Sample.mixup(golden.config("lam").asDouble())))
        .applyTo(x);
    golden.check("out/x", Layouts.toFoldedNchw(x));
  }

  static void optimizer(GoldenCase golden, Engine engine) {
    ParameterGroup decayed = group(golden, "decay_group", golden.config("weight_decay").asDouble());
    ParameterGroup exempt = group(golden, "no_decay_group", 0);
    AdamW optimizer = new AdamW(List.of(decayed, exempt), adamW(golden));
    Map<String, Parameter> all = new LinkedHashMap<>(decayed.parameters());
    all.putAll(exempt.parameters());
    int step = 1;
    for (JsonNode rate : golden.config("lr")) {
      int now = step;
      all.forEach((name, p) -> p.gradient().assign(golden.array("in/grad" + now + "/" + name)));
      optimizer.step(rate.asDouble());
      all.forEach((name, p) -> golden.check("out/step" + now + "/" + name, p.value()));
      step++;
    }
  }

  private static AdamWConfig adamW(GoldenCase golden) {
    return new AdamWConfig(golden.config("beta1").asDouble(), golden.config("beta2").asDouble(),
        golden.config("eps").asDouble());
  }

  private static ParameterGroup group(GoldenCase golden, String key, double weightDecay) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (String name : golden.config(key).asText().split(",")) {
      INDArray start = golden.array("in/p0/" + name);
      Parameter parameter = new Parameter(Parameter.Role.WEIGHT, StateLayout.SAME, (values, random) -> { },
          start.shape());
      parameter.value().assign(start);
      parameters.put(name, parameter);
    }
    return new ParameterGroup(weightDecay, parameters);
  }

  static void trajectory(GoldenCase golden, Engine engine) {
    QKFormer model = ModelCases.build(golden);
    GoldenState.load(golden, model);
    AdamW optimizer = new AdamW(ParameterGroups.of(model, golden.config("weight_decay").asDouble()), adamW(golden),
        engine.workers());
    int steps = golden.config("steps").asInt();
    double[] losses = new double[steps];
    for (int step = 0; step < steps; step++) {
      optimizer.clear();
      losses[step] = accumulate(golden, model, step, engine);
      optimizer.step(golden.tensor("in/lr").values()[step]);
      if (step == 0) {
        checkState(golden, Stage.FIRST_STEP, model);
      }
    }
    golden.check("out/loss64", losses);
    golden.leaveOut("out/loss32");
    checkState(golden, Stage.FINAL, model);
  }

  private static double accumulate(GoldenCase golden, QKFormer model, int step, Engine engine) {
    int[] labels = Arrays.copyOfRange(golden.tensor("in/labels").toInts(), step * golden.config("B").asInt(),
        (step + 1) * golden.config("B").asInt());
    INDArray x = golden.array("in/x");
    INDArray own = x.get(NDArrayIndex.point(step)).dup('c');
    assertThat(own.rank()).isEqualTo(x.rank() - 1);
    try (Pass pass = Pass.training(engine, golden.config("T").asInt())) {
      Output logits = model.forward(ModelCases.input(golden, own), pass);
      Loss loss = SoftTargetCrossEntropy.of(logits.value(), SoftTargets.of(labels, golden.config("classes").asInt(),
          golden.config("smoothing").asDouble()));
      logits.backward().apply(loss.gradient());
      return loss.value();
    }
  }

  /**
   * Compares parameters and buffers. The manifest says which float32 cannot meet: biases in front of batch norm, whose
   * gradient is rounding noise that AdamW turns into steps, and the running means behind them.
   */
  private static void checkState(GoldenCase golden, Stage stage, QKFormer model) {
    model.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        if (stage == Stage.FINAL || golden.has("out/step1/" + name)) {
          check(golden, stage.parameters + name, name, parameter.layout().toExternal(parameter.value()));
        }
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        if (stage == Stage.FINAL) {
          check(golden, "out/final_buf/" + name, name, buffer.value());
        }
      }
    });
  }

  private static void check(GoldenCase golden, String tensor, String name, INDArray value) {
    boolean behindBias = golden.has("param/" + name.replace("_bn.running_mean", "_conv.bias"))
        && name.endsWith("_bn.running_mean");
    if (name.endsWith("_conv.bias") || behindBias) {
      golden.leaveOut(tensor);
    } else {
      golden.check(tensor, value);
    }
  }
}
