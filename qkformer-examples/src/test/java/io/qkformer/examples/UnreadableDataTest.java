package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that is not there or is no data: one line, exit code 1, and the run folder is free for another try. */
class UnreadableDataTest {

  @TempDir
  private Path folder;
  private final StringWriter err = new StringWriter();

  private String failure(String data, Path place) {
    err.getBuffer().setLength(0);
    List<String> arguments = new ArrayList<>(List.of("train", "--data", data, "--data-dir", place.toString(), "--dim",
        "32", "--form", "cifar", "--img-size", "32", "--lr", "1e-3", "--threads", "1", "--out",
        folder.resolve("run").toString()));
    int exitCode = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true),
        arguments.toArray(String[]::new));
    assertThat(exitCode).as(err.toString()).isEqualTo(1);
    assertThat(err.toString().lines()).singleElement().asString().startsWith("error: ");
    assertThat(folder.resolve("run").resolve("recipe.yaml")).doesNotExist();
    return err.toString();
  }

  @Test
  void aFolderThatIsNotThere() {
    Path none = folder.resolve("not here");
    for (String data : List.of("folder", "cifar10", "cifar100")) {
      assertThat(failure(data, none)).contains(none.toString());
    }
    assertThat(failure("cifar10", none)).contains("is not a directory; for CIFAR-10 make it, download the binary version");
  }

  @Test
  void aFolderWithoutTheSplits() throws IOException {
    assertThat(failure("folder", Files.createDirectory(folder.resolve("empty")))).contains("empty").contains("train");
  }

  @Test
  void aZipFileThatIsNone() throws IOException {
    Path zip = Files.writeString(folder.resolve("images.zip"), "no zip file at all", StandardCharsets.UTF_8);
    assertThat(failure("folder", zip)).contains(zip.toString()).containsIgnoringCase("zip");
  }

  @Test
  void thePickledVersionOfCifar() throws IOException {
    Path pickled = Files.createDirectories(folder.resolve("cifar-10-batches-py"));
    Files.writeString(pickled.resolve("batches.meta"), "pickle", StandardCharsets.UTF_8);
    Files.writeString(pickled.resolve("data_batch_1"), "pickle", StandardCharsets.UTF_8);
    assertThat(failure("cifar10", pickled)).contains(pickled.toString())
        .contains("holds the Python version of CIFAR-10 (pickled files), which is not read")
        .contains("cifar-10-binary.tar.gz");
  }

  @Test
  void aCifarFileThatIsCut() throws IOException {
    Path cut = Files.createDirectories(folder.resolve("cifar-10-batches-bin"));
    for (int i = 1; i <= 5; i++) {
      Files.write(cut.resolve("data_batch_" + i + ".bin"), new byte[3073 + 5]);
    }
    assertThat(failure("cifar10", cut)).contains(cut.resolve("data_batch_1.bin").toString());
  }
}
