package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.train.optimize.CosineCycles;
import io.qkformer.train.optimize.HalfCosine;
import io.qkformer.train.optimize.LearningRateSchedule;
import io.qkformer.train.optimize.StepDecay;
import io.qkformer.train.optimize.TimmCosine;
import io.qkformer.train.optimize.Warmup;
import java.io.IOException;

/** The golden cases about learning rates. */
final class ScheduleCases {

  private ScheduleCases() {
  }

  static void schedule(AugmentCase golden) throws IOException {
    NpyArray expected = golden.expected("lr");
    double[] rates = new double[expected.values().length];
    LearningRateSchedule schedule = schedule(golden.params());
    for (int i = 0; i < rates.length; i++) {
      rates[i] = schedule.at(time(golden.params(), i));
    }
    golden.tolerance().check("lr", rates, expected);
  }

  private static double time(JsonNode params, int index) {
    JsonNode points = params.path("points_epoch_iteration");
    return points.isMissingNode() ? index : points.get(index).get(0).asDouble()
        + points.get(index).get(1).asDouble() / params.get("iterations_per_epoch").asDouble();
  }

  private static LearningRateSchedule schedule(JsonNode p) {
    double rate = p.get("lr").asDouble();
    double minRate = p.path("lr_min").asDouble(0);
    String kind = p.get("schedule").asText();
    return switch (kind) {
      case "cosine" -> {
        TimmCosine cosine = new TimmCosine(rate, p.get("t_initial").asInt(), warmup(p), minRate,
            p.path("cooldown").asInt(0), new CosineCycles(p.path("cycle_mul").asDouble(1),
            p.path("cycle_decay").asDouble(1), p.path("cycle_limit").asInt(1)), p.path("k_decay").asDouble(1));
        if (p.has("cooldown")) {
          assertThat(cosine.totalEpochs()).isEqualTo(p.get("steps").asInt());
        }
        yield cosine;
      }
      case "step" -> new StepDecay(rate, p.get("decay_t").asDouble(), p.path("decay_rate").asDouble(1), warmup(p));
      case "mae" -> new HalfCosine(rate, p.get("epochs").asInt(), p.get("warmup_epochs").asInt(), minRate);
      default -> throw new AssertionError("unknown schedule " + kind);
    };
  }

  private static Warmup warmup(JsonNode p) {
    return new Warmup(p.path("warmup_t").asInt(0), p.path("warmup_lr_init").asDouble(0),
        p.path("warmup_prefix").asBoolean(false) ? Warmup.Placement.PREFIX : Warmup.Placement.INSIDE);
  }
}
