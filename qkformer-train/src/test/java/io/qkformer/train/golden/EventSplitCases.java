package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.dataset.ClassOrder;
import io.qkformer.train.event.dataset.ClassSplit;
import io.qkformer.train.event.dataset.DvsGestureDataset;
import io.qkformer.train.event.dataset.GestureSample;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** The golden cases about which samples there are, of which class and split. */
final class EventSplitCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = Map.of("gesture_split", EventSplitCases::gestures,
      "class_order", EventSplitCases::classOrder, "split", EventSplitCases::split);

  private EventSplitCases() {
  }

  private static void gestures(AugmentCase golden) throws IOException {
    Path root = golden.folder().resolve(golden.node().get("input").get("root").asText());
    List<GestureSample> samples = new ArrayList<>(DvsGestureDataset.samples(root, Split.TRAIN));
    samples.addAll(DvsGestureDataset.samples(root, Split.TEST));
    JsonNode table = golden.expectedTable("samples");
    assertThat(samples).hasSize(table.size());
    for (int i = 0; i < samples.size(); i++) {
      GestureSample sample = samples.get(i);
      JsonNode row = table.get(i);
      assertThat(sample.file()).isEqualTo(row.get("file").asText());
      assertThat(sample.trial()).isEqualTo(row.get("trial").asText());
      assertThat(sample.split().folder()).isEqualTo(row.get("split").asText());
      assertThat(List.of((long) sample.label(), (long) sample.number(), sample.start(), sample.end())).isEqualTo(
          List.of(row.get("label").asLong(), row.get("running_number").asLong(), row.get("start").asLong(),
              row.get("end").asLong()));
      for (Reading reading : Reading.values()) {
        String key = reading.name().toLowerCase(Locale.ROOT);
        Events all = EventArrays.events(golden.expected(key));
        int offset = row.get("offset_" + key).asInt();
        assertThat(sample.events(reading).readAll()).as("%s, %s", sample, key)
            .isEqualTo(all.slice(offset, offset + row.get("count_" + key).asInt()));
      }
    }
  }

  private static void classOrder(AugmentCase golden) {
    checkOrder(ClassOrder.REFERENCE, golden.expected().get("reference"));
    checkOrder(ClassOrder.BY_NUMBER, golden.expected().get("by_number"));
  }

  private static void checkOrder(ClassOrder order, JsonNode expected) {
    List<String> names = new ArrayList<>();
    expected.fieldNames().forEachRemaining(names::add);
    List<String> sorted = order.sorted(names);
    assertThat(names).isNotEmpty()
        .allSatisfy(name -> assertThat(sorted.indexOf(name)).isEqualTo(expected.get(name).asInt()));
  }

  private static void split(AugmentCase golden) throws IOException {
    ClassSplit division = new ClassSplit(golden.param("train_ratio").asDouble(), ClassSplit.Choice.FIRST, 0);
    List<List<String>> files = files(golden);
    List<String> all = files.stream().flatMap(List::stream).toList();
    for (Split part : Split.values()) {
      List<Integer> chosen = new ArrayList<>();
      int offset = 0;
      for (int label = 0; label < files.size(); label++) {
        for (int i : division.indices(label, files.get(label).size(), part)) {
          chosen.add(offset + i);
        }
        offset += files.get(label).size();
      }
      assertThat(chosen).as("%s", part).isEqualTo(indices(golden, part.folder()))
          .hasSize(golden.expected().get(part.folder() + "_count").asInt());
      if (part == Split.TEST && golden.expects("test_names")) {
        assertThat(chosen.stream().map(all::get)).isEqualTo(texts(golden.expected().get("test_names")));
      }
    }
    if (golden.expects("order_of_first_class")) {
      assertThat(files.get(0)).isEqualTo(texts(golden.expected().get("order_of_first_class")));
    }
  }

  /** The files of each class, in the order of the data set. */
  private static List<List<String>> files(AugmentCase golden) {
    List<List<String>> files = new ArrayList<>();
    int from = golden.param("i_from").asInt();
    for (String name : texts(golden.param("classes"))) {
      int size = golden.hasParam("sizes") ? golden.param("sizes").get(name).asInt()
          : golden.param("per_class").asInt();
      files.add(ClassOrder.REFERENCE.sorted(IntStream.range(from, from + size).mapToObj(i ->
          golden.param("name").asText().replace("<class>", name).replace("<i>", Integer.toString(i))).toList()));
    }
    return files;
  }

  private static List<Integer> indices(AugmentCase golden, String part) throws IOException {
    JsonNode list = golden.expected().get(part);
    if (list.isArray()) {
      return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asInt).toList();
    }
    return IntStream.of(golden.array(list).toInts()).boxed().toList();
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }
}
