package io.qkformer.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qkformer.train.checkpoint.LibraryVersion;
import io.qkformer.train.checkpoint.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run folder tells of the software that made it. */
class ProvenanceTest {

  @TempDir
  private Path folder;

  private JsonNode session() throws IOException {
    try (RunFolder run = RunFolder.create(folder.resolve("run"), "recipe")) {
      run.startSession(new Session("portable", 1, 5, "data", "checksum", "", List.of()), TrainingProgress.start(5));
    }
    return new ObjectMapper().readTree(folder.resolve("run").resolve(RunFiles.ENVIRONMENT).toFile())
        .path("sessions").path(0);
  }

  @Test
  void namesTheCommitOfABuildFromACheckout() throws IOException {
    // the checkout's root is the module's parent; a worktree has a file there
    assumeThat(Path.of("").toAbsolutePath().resolveSibling(".git")).as(".git of the checkout").matches(Files::exists);

    assertThat(LibraryVersion.current().commit()).hasValueSatisfying(
        commit -> assertThat(commit).matches("[0-9a-f]{12,40}(" + LibraryVersion.DIRTY + ")?"));
    assertThat(session().path("commit").textValue()).isEqualTo(LibraryVersion.current().commit().orElseThrow());
  }

  @Test
  void namesNd4jAndItsBackend() throws IOException {
    JsonNode session = session();

    assertThat(session.path("nd4j").textValue()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(session.path("nd4jBackend").textValue()).endsWith("Backend");
  }
}
