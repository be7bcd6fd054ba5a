package io.qkformer.train.checkpoint;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.train.checkpoint.Manifest.FileSum;
import io.qkformer.train.optimize.OptimizerState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The files of one checkpoint: written one by one, verified before one of them is parsed. */
final class CheckpointFiles {

  /** Where optimizer.safetensors keeps the number of steps, in its metadata. */
  private static final String STEPS = "steps";
  /** A manifest takes about a kilobyte; the architecture is the caller's text. */
  private static final int MAX_MANIFEST_BYTES = 1 << 22;

  private CheckpointFiles() {
  }

  /** Writes all files into an empty folder. */
  static void write(TrainingState state, Path folder, Disk disk) throws IOException {
    Map<String, AtomicFile.Content> contents = new LinkedHashMap<>();
    OptimizerState optimizer = state.optimizer();
    contents.put(Names.MODEL, out -> SafeTensors.write(out, state.model(), Map.of()));
    contents.put(Names.OPTIMIZER, out -> SafeTensors.write(out, StateDict.of(optimizer.tensors()),
        Map.of(STEPS, Long.toString(optimizer.steps()))));
    state.average().ifPresent(average -> contents.put(Names.AVERAGE,
        out -> SafeTensors.write(out, StateDict.of(average), Map.of())));
    contents.put(Names.PROGRESS, out -> out.write(ProgressJson.write(state.progress())));
    Map<String, FileSum> sums = new LinkedHashMap<>();
    for (Map.Entry<String, AtomicFile.Content> entry : contents.entrySet()) {
      disk.write(folder.resolve(entry.getKey()), out -> {
        Sha256.Sink sink = new Sha256.Sink(out);
        entry.getValue().writeTo(sink);
        sums.put(entry.getKey(), new FileSum(sink.bytes(), sink.sum()));
      });
    }
    byte[] manifest = new Manifest(LibraryVersion.current().version(), state.architecture(),
        state.progress().steps(), sums).toJson();
    disk.write(folder.resolve(Names.MANIFEST), out -> out.write(manifest));
    disk.write(folder.resolve(Names.MANIFEST_SUM), out -> out.write(Manifest.sumLine(manifest)));
  }

  /**
   * Verifies all files, then reads them.
   *
   * @throws CheckpointException CORRUPT naming the file, TOO_NEW
   * @throws IOException when a file may not be read, which is no damage
   */
  static TrainingState read(Path checkpoint) throws IOException {
    byte[] json = small(checkpoint, Names.MANIFEST);
    if (!Arrays.equals(small(checkpoint, Names.MANIFEST_SUM), Manifest.sumLine(json))) {
      throw CheckpointException.corrupt(checkpoint, Names.MANIFEST, "has SHA-256 " + Sha256.of(json)
          + ", which is not what " + Names.MANIFEST_SUM + " says; one of the two was changed");
    }
    Manifest manifest = Manifest.parse(checkpoint, json);
    for (Map.Entry<String, FileSum> entry : manifest.files().entrySet()) {
      access(checkpoint, entry.getKey(), file -> {
        verify(checkpoint, file, entry.getValue());
        return file;
      });
    }
    TrainingProgress progress = access(checkpoint, Names.PROGRESS, file -> ProgressJson.read(Files.readAllBytes(file)));
    if (manifest.step() != progress.steps()
        || Names.step(checkpoint).stream().anyMatch(step -> step != progress.steps())) {
      throw CheckpointException.corrupt(checkpoint, Names.PROGRESS, "is of step " + progress.steps()
          + ", the manifest of step " + manifest.step());
    }
    return new TrainingState(progress, access(checkpoint, Names.MODEL, SafeTensors::read), optimizer(checkpoint),
        average(checkpoint, manifest), manifest.architecture());
  }

  private static OptimizerState optimizer(Path checkpoint) throws IOException {
    return access(checkpoint, Names.OPTIMIZER, file -> {
      String steps = SafeTensors.readMetadata(file).get(STEPS);
      if (steps == null) {
        throw new IllegalArgumentException("lacks " + STEPS + " in its metadata");
      }
      return new OptimizerState(Long.parseLong(steps), tensors(SafeTensors.read(file)));
    });
  }

  private static Optional<Map<String, INDArray>> average(Path checkpoint, Manifest manifest) throws IOException {
    return manifest.files().containsKey(Names.AVERAGE)
        ? Optional.of(tensors(access(checkpoint, Names.AVERAGE, SafeTensors::read))) : Optional.empty();
  }

  private static Map<String, INDArray> tensors(StateDict dict) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    dict.entries().forEach(entry -> tensors.put(entry.getKey(), entry.getValue()));
    return tensors;
  }

  private static void verify(Path checkpoint, Path file, FileSum expected) throws IOException {
    String name = file.getFileName().toString();
    long bytes = Files.size(file);
    if (bytes != expected.bytes()) {
      throw CheckpointException.corrupt(checkpoint, name, "has " + bytes + " bytes, expected " + expected.bytes());
    }
    String sum = Sha256.of(file);
    if (!sum.equals(expected.sha256())) {
      throw CheckpointException.corrupt(checkpoint, name, "has SHA-256 " + sum + ", expected " + expected.sha256());
    }
  }

  private static byte[] small(Path checkpoint, String name) throws IOException {
    return access(checkpoint, name, file -> {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MAX_MANIFEST_BYTES + 1);
        if (bytes.length > MAX_MANIFEST_BYTES) {
          throw new IllegalArgumentException("has more than " + MAX_MANIFEST_BYTES + " bytes");
        }
        return bytes;
      }
    });
  }

  /** Reads from a file. */
  @FunctionalInterface
  private interface Access<T> {
    T from(Path file) throws IOException;
  }

  /** Says of every failure which file of which checkpoint it is about. */
  private static <T> T access(Path checkpoint, String name, Access<T> access) throws IOException {
    try {
      return access.from(checkpoint.resolve(name));
    } catch (CheckpointException | AccessDeniedException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw CheckpointException.corrupt(checkpoint, name, "is missing", e);
    } catch (IOException e) {
      throw CheckpointException.corrupt(checkpoint, name, "cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw CheckpointException.corrupt(checkpoint, name, e.getMessage(), e);
    }
  }
}
