package io.qkformer.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.qkformer.train.checkpoint.CheckpointException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class DamagedCheckpointTest {

  private static final int PLACES = 50;

  private final Logger logger = (Logger) LoggerFactory.getLogger(CheckpointReader.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  @TempDir
  private Path run;
  private CheckpointStore store;
  private Path newest;

  @BeforeEach
  void saveTwo() throws IOException {
    store = CheckpointStore.open(run.resolve("checkpoints"));
    store.save(TinyTraining.at(3).state());
    newest = store.save(TinyTraining.at(5).state());
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
    logger.setAdditive(true);
  }

  private enum Damage {
    TRUNCATED, ZEROED, FLIPPED;

    byte[] of(byte[] original, SplittableRandom random) {
      byte[] damaged = original.clone();
      while (Arrays.equals(damaged, original)) {
        int at = random.nextInt(original.length);
        switch (this) {
          case TRUNCATED -> damaged = Arrays.copyOf(original, at);
          case ZEROED -> Arrays.fill(damaged, at, Math.min(at + 1 + random.nextInt(64), damaged.length), (byte) 0);
          case FLIPPED -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        }
      }
      return damaged;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Names.MODEL, Names.OPTIMIZER, Names.AVERAGE, Names.PROGRESS, Names.MANIFEST,
      Names.MANIFEST_SUM})
  void anyDamageIsFoundAndTheCheckpointBeforeIsUsed(String name) throws IOException {
    Path file = newest.resolve(name);
    byte[] original = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(name.hashCode());
    for (Damage damage : Damage.values()) {
      for (int i = 0; i < PLACES; i++) {
        Files.write(file, damage.of(original, random));
        log.list.clear();
        assertThat(store.newest().progress().steps()).as("%s %d", damage, i).isEqualTo(3);
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(log.list.get(0).getFormattedMessage()).contains(newest.toString(), name);
      }
    }
    Files.write(file, original);
    assertThat(store.newest().progress().steps()).isEqualTo(5);
  }

  @Test
  void absentFilesAreNamed() throws IOException {
    for (Path file : Names.content(newest)) {
      byte[] original = Files.readAllBytes(file);
      Files.delete(file);
      assertThatThrownBy(() -> CheckpointReader.read(newest))
          .hasMessageContaining(file.getFileName() + " is missing").hasMessageContaining(newest.toString());
      Files.createDirectory(file);
      assertThatThrownBy(() -> CheckpointReader.read(newest)).isInstanceOf(CheckpointException.class);
      Files.delete(file);
      Files.write(file, original);
    }
  }

  @Test
  void renamedCheckpointIsNoticed() throws IOException {
    Path renamed = Files.move(newest, newest.resolveSibling("step-0000000006"));

    assertThatThrownBy(() -> CheckpointReader.read(renamed)).hasMessageContaining("is of step 5");
    assertThat(store.newest().progress().steps()).isEqualTo(3);
  }

  @Test
  void modelIsUntouchedWhenNoneIsGood() throws IOException {
    for (Path checkpoint : store.list()) {
      Path file = checkpoint.resolve(Names.OPTIMIZER);
      Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
    }
    TinyTraining training = TinyTraining.at(1);
    var before = training.bits();

    assertThatThrownBy(() -> training.restore(store.newest()))
        .isInstanceOfSatisfying(CheckpointException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CORRUPT))
        .hasMessageContaining("step-0000000003").hasMessageContaining("step-0000000005")
        .hasMessageContaining("has 100 bytes, expected")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    assertThat(training.bits()).isEqualTo(before);
  }

  @Test
  void damagedOnesMakeWayForTheNextSave() throws IOException {
    Files.delete(newest.resolve(Names.MODEL));
    TinyTraining training = new TinyTraining(1);
    training.restore(store.newest());
    training.trainTo(4);
    store.save(training.state());

    assertThat(store.list()).extracting(path -> path.getFileName().toString())
        .containsExactly("step-0000000004", "step-0000000003");
    assertThat(training.bits()).isEqualTo(TinyTraining.at(4).bits());
  }

  @Test
  void damagedOneOfTheSameStepIsReplaced() throws IOException {
    Files.delete(newest.resolve(Names.MANIFEST));
    store.newest();
    store.save(TinyTraining.at(5).state());

    assertThat(store.newest().progress().steps()).isEqualTo(5);
    assertThat(store.list()).hasSize(2);
  }

  @Test
  void validSumsOverWrongContentDoNotHelp() throws IOException {
    Path progress = newest.resolve(Names.PROGRESS);
    String good = Files.readString(progress);
    for (String[] change : new String[][] {{"\"samples\" : 34", "\"samples\" : 3"},
        {"\"epoch\" : 3", "\"epoch\" : 3.5"},
        {"\"seed\" : -42", "\"seed\" : -42, \"seed\" : 1"}, {"\"seed\" : -42", "\"seed\" : -42, \"more2\" : 1"},
        {"5.1", "1e999"}, {"\"nanos\" : 987654321", "\"nanos\" : \"1\""}, {"\"steps\" : 5", "\"steps\" : 6"},
        {"\"top5\"", "\"top6\""}, {"}\n}", "}\n} {}"}}) {
      assertThat(good).contains(change[0]);
      Files.writeString(progress, good.replace(change[0], change[1]));
      Resigned.sign(newest);
      assertThatThrownBy(() -> CheckpointReader.read(newest)).as(change[1])
          .isInstanceOf(CheckpointException.class).hasMessageContaining(Names.PROGRESS);
    }
    Files.writeString(progress, good);
    Resigned.sign(newest);
    assertThat(CheckpointReader.read(newest).progress().steps()).isEqualTo(5);
  }
}
