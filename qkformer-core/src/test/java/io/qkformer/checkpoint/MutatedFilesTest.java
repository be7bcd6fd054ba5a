package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files give weights or a CheckpointFormatException: no other exception, no exhausted memory. */
class MutatedFilesTest {
  private static final int MUTANTS = 400;

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"dtypes.safetensors", "strided.pth", "strided_legacy.pth", "strided_protocol5.pth",
      "training.pth", "training_without_checksums.pth"})
  void mutantIsReadOrRefused(String name) throws IOException {
    byte[] original = Files.readAllBytes(TestFiles.resource(name));
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutant(original, i);
      Path file = Files.write(folder.resolve("mutant"), mutant);
      try {
        assertThat(read(name, file).size()).isNotNegative();
      } catch (CheckpointFormatException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
        refused++;
      } catch (RuntimeException | Error e) {
        fail("mutant " + i + " of " + name, e);
      }
    }
    assertThat(refused).isBetween(MUTANTS / 10, MUTANTS);
  }

  private static StateDict read(String name, Path file) throws IOException {
    return name.endsWith(".pth") ? TorchCheckpoint.read(file) : SafeTensors.read(file);
  }

  private static byte[] mutant(byte[] original, int index) {
    SplittableRandom random = new SplittableRandom(index);
    byte[] mutant = original.clone();
    // The descriptions lie at the front, or, in zip archives, at the end.
    int at = switch (random.nextInt(3)) {
      case 0 -> random.nextInt(mutant.length / 4);
      case 1 -> mutant.length - 1 - random.nextInt(mutant.length / 4);
      default -> random.nextInt(mutant.length);
    };
    switch (random.nextInt(5)) {
      case 0 -> {
        return Arrays.copyOf(mutant, at);
      }
      case 1 -> mutant[at] = (byte) random.nextInt();
      case 2 -> Arrays.fill(mutant, at, Math.min(at + 8, mutant.length), (byte) -random.nextInt(2));
      case 3 -> {
        int from = random.nextInt(original.length - 16);
        System.arraycopy(original, from, mutant, Math.min(at, mutant.length - 16), 16);
      }
      default -> mutant[at] ^= (byte) (1 << random.nextInt(8));
    }
    return mutant;
  }
}
