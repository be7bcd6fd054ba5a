package io.qkformer.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.checkpoint.CheckpointException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

  @TempDir
  private Path run;
  private Path folder;

  @BeforeEach
  void name() {
    folder = run.resolve("checkpoints");
  }

  private CheckpointStore open() throws IOException {
    return CheckpointStore.open(folder);
  }

  private List<String> names() throws IOException {
    return Names.content(folder).stream().map(path -> path.getFileName().toString()).toList();
  }

  @Test
  void trainingGoesOnToTheBit() throws IOException {
    TinyTraining through = TinyTraining.at(7);
    Path saved = open().save(through.state());
    TinyTraining resumed = new TinyTraining(2);
    assertThat(resumed.bits()).isNotEqualTo(through.bits());
    TrainingState state = open().newest();
    resumed.restore(state);

    assertThat(saved).isEqualTo(folder.resolve("step-0000000007"));
    assertThat(state.progress()).isEqualTo(through.progress());
    assertThat(resumed.bits()).isEqualTo(through.bits());
    through.trainTo(12);
    resumed.trainTo(12);
    assertThat(resumed.bits()).isEqualTo(through.bits());
  }

  @Test
  void averageIsOptional() throws IOException {
    TinyTraining training = TinyTraining.at(1);
    Path saved = open().save(TrainingState.of(training.progress(), training.model, training.optimizer,
        Optional.empty(), "a"));

    assertThat(saved.resolve(Names.AVERAGE)).doesNotExist();
    assertThat(open().newest().average()).isEmpty();
  }

  @Test
  void newestAreKept() throws IOException {
    CheckpointStore store = open();
    for (int step : new int[] {1, 2, 9, 10}) {
      store.save(TinyTraining.at(step).state());
    }
    assertThat(names()).containsExactly("step-0000000009", "step-0000000010");
    assertThat(store.newest().progress().steps()).isEqualTo(10);

    CheckpointStore.open(folder, 1).save(TinyTraining.at(11).state());
    assertThat(names()).containsExactly("step-0000000011");
  }

  @Test
  void sameStepIsReplaced() throws IOException {
    CheckpointStore store = open();
    store.save(TinyTraining.at(4).state());
    TinyTraining other = new TinyTraining(8);
    other.trainTo(4);
    store.save(other.state());

    TinyTraining restored = new TinyTraining(1);
    restored.restore(store.newest());
    assertThat(restored.bits()).isEqualTo(other.bits());
    assertThat(names()).containsExactly("step-0000000004");
  }

  @Test
  void laterCheckpointsAreNotLostByMistake() throws IOException {
    CheckpointStore store = open();
    store.save(TinyTraining.at(4).state());
    store.save(TinyTraining.at(6).state());

    assertThatThrownBy(() -> open().save(TinyTraining.at(5).state())).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 5").hasMessageContaining("step-0000000006").hasMessageContaining("discardAfter");
    assertThat(names()).containsExactly("step-0000000004", "step-0000000006");
    store.discardAfter(4);
    store.save(TinyTraining.at(5).state());
    assertThat(names()).containsExactly("step-0000000004", "step-0000000005");
  }

  @Test
  void withoutACheckpointItSaysSo() throws IOException {
    CheckpointStore store = open();
    assertThat(store.list()).isEmpty();
    assertThat(new CheckpointReader(run.resolve("none")).list()).isEmpty();
    assertThatThrownBy(store::newest).hasMessageContaining(folder.toString())
        .isInstanceOfSatisfying(CheckpointException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MISSING));
    assertThatThrownBy(() -> CheckpointReader.read(folder.resolve("step-0000000001")))
        .isInstanceOfSatisfying(CheckpointException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MISSING));
  }

  @Test
  void leftoversOfKilledWritersAreCleared() throws IOException {
    open().save(TinyTraining.at(4).state());
    for (String suffix : new String[] {"tmp", "deleted", "replaced"}) {
      Path leftover = Files.createDirectory(folder.resolve(".step-0000000004." + UUID.randomUUID() + "." + suffix));
      Files.writeString(leftover.resolve(Names.MODEL), "cut");
      Files.writeString(leftover.resolve("." + Names.OPTIMIZER + "." + UUID.randomUUID() + ".tmp"), "cut");
    }
    new CheckpointReader(folder).newest();
    assertThat(names()).as("a reader changes nothing").hasSize(4);
    open();

    assertThat(names()).containsExactly("step-0000000004");
  }

  @Test
  void whatAnotherPutThereStays() throws IOException {
    CheckpointStore store = open();
    Path old = store.save(TinyTraining.at(1).state());
    Files.writeString(old.resolve("notes.txt"), "the good one");
    Path hidden = Files.createDirectory(folder.resolve(".step-0000000004." + UUID.randomUUID() + ".tmp"));
    Files.writeString(hidden.resolve("notes.txt"), "mine");
    Files.createDirectory(folder.resolve(".step-0000000004.tmp"));
    Files.createDirectory(folder.resolve("step-7"));
    Files.createDirectory(folder.resolve("step-00000000009"));
    Files.writeString(folder.resolve("step-0000000099"), "a file");
    store = open();
    for (int step = 2; step < 5; step++) {
      store.save(TinyTraining.at(step).state());
    }

    assertThat(old.resolve("notes.txt")).hasContent("the good one");
    assertThat(old.resolve(Names.MODEL)).exists();
    assertThat(names()).containsExactlyInAnyOrder(hidden.getFileName().toString(), ".step-0000000004.tmp",
        "step-00000000009", "step-0000000001", "step-0000000003", "step-0000000004", "step-0000000099", "step-7");
  }

  @Test
  void linkedFoldersAreReadButNeverEmptied() throws IOException {
    Path elsewhere = CheckpointStore.open(run.resolve("elsewhere")).save(TinyTraining.at(1).state());
    Files.createDirectory(folder);
    try {
      Files.createSymbolicLink(folder.resolve("step-0000000001"), elsewhere);
    } catch (IOException | UnsupportedOperationException e) {
      Assumptions.abort("no symbolic links here");
    }
    CheckpointStore store = CheckpointStore.open(folder, 1);
    assertThat(store.newest().progress().steps()).isEqualTo(1);
    store.save(TinyTraining.at(2).state());

    assertThat(CheckpointReader.read(elsewhere).progress().steps()).isEqualTo(1);
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> CheckpointStore.open(folder, 0)).hasMessage("kept must be at least 1, got 0");
    assertThatThrownBy(() -> CheckpointStore.open(run.resolve("none").resolve("checkpoints")))
        .isInstanceOf(IOException.class).hasMessageContaining("none");
    assertThat(run).isEmptyDirectory();
  }
}
