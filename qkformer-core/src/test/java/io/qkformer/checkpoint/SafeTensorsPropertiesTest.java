package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SafeTensorsPropertiesTest {
  /**
   * Describes an array: jqwik hashes what it makes, and ND4J's hashCode of an empty array ends the process.
   */
  record Spec(List<Long> shape, DataType type, long seed) {
    INDArray array() {
      long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
      INDArray array = TensorMemory.allocate(type, sizes);
      long count = shape.stream().reduce(1L, Math::multiplyExact);
      for (int i = 0; i < count; i++) {
        long bits = (seed + i) * 0x9e3779b97f4a7c15L;
        if (type == DataType.INT64) {
          array.data().put(i, bits);
        } else {
          array.data().put(i, Float.intBitsToFloat((int) bits));
        }
      }
      return array;
    }
  }

  @Provide
  Arbitrary<Map<String, Spec>> tensors() {
    Arbitrary<List<Long>> shapes = Arbitraries.longs().between(0, 4).list().ofMaxSize(4);
    Arbitrary<Spec> specs = Combinators
        .combine(shapes, Arbitraries.of(DataType.FLOAT, DataType.INT64), Arbitraries.longs()).as(Spec::new);
    return Arbitraries.maps(texts(), specs).ofMaxSize(6);
  }

  @Provide
  Arbitrary<Map<String, String>> metadata() {
    return Arbitraries.maps(texts(), texts()).ofMaxSize(3);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings().ofMaxLength(12)
        .filter(text -> !text.equals(SafeTensorsHeader.METADATA))
        .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)));
  }

  private static StateDict dict(Map<String, Spec> tensors) {
    StateDict.Builder builder = StateDict.builder();
    tensors.forEach((name, spec) -> builder.put(name, spec.array()));
    return builder.build();
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenIsReadAndWrittenTheSame(@ForAll("tensors") Map<String, Spec> tensors,
      @ForAll("metadata") Map<String, String> metadata) throws IOException {
    StateDict dict = dict(tensors);
    Path file = Files.createTempFile("weights", ".safetensors");
    try {
      SafeTensors.write(file, dict, metadata);
      byte[] first = Files.readAllBytes(file);
      StateDict read = SafeTensors.read(file);
      TestFiles.assertSame(read, dict);
      assertThat(SafeTensors.readMetadata(file)).isEqualTo(metadata);
      SafeTensors.write(file, read, SafeTensors.readMetadata(file));
      assertThat(Files.readAllBytes(file)).isEqualTo(first);
    } finally {
      Files.delete(file);
    }
  }
}
