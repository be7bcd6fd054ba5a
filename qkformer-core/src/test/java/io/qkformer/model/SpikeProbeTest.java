package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.layer.MapShape;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.SpikingNeuron;
import io.qkformer.support.Engines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpikeProbeTest {

  private static List<HstConfig> all() {
    return SmallModels.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void seesTheSpikesOfEachNeuronLayerInTheOrderOfTheSummary(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    for (Mode mode : Mode.values()) {
      List<Long> lengths = new ArrayList<>();
      List<Float> seen = new ArrayList<>();
      try (Pass pass = Pass.of(mode, Engines.PORTABLE, config.timeSteps())) {
        model.forward(SmallModels.input(config, 2), pass.observe(spikes -> {
          lengths.add(spikes.length());
          float[] values = new float[(int) spikes.length()];
          spikes.read(0, values, 0, values.length);
          for (float value : values) {
            seen.add(value);
          }
        }));
      }
      assertThat(lengths).containsExactlyElementsOf(expected(model, config));
      assertThat(seen).containsOnly(0f, 1f);
    }
  }

  private static List<Long> expected(QKFormer model, HstConfig config) {
    int inputSteps = config.form() == Form.EVENTS ? config.timeSteps() : 1;
    MapShape input = new MapShape(inputSteps, 2, config.height(), config.width(), config.inChannels());
    return model.summary(input, config.timeSteps()).rows().stream()
        .filter(row -> row.kind().startsWith(SpikingNeuron.class.getSimpleName()))
        .map(row -> row.output().rows() * row.output().channels()).toList();
  }
}
