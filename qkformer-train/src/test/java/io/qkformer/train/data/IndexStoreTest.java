package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kept lists of image folders: taken while they are right, made anew when they are not. */
class IndexStoreTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2024-02-29T12:00:00.123456Z"));
  private static final List<String> CLASSES = List.of("cat", "dog");

  @TempDir
  Path directory;
  private Path split;
  private Path beside;
  private Path cache;

  @BeforeEach
  void writeFiles() throws IOException {
    split = directory.resolve("data/train");
    beside = directory.resolve("data/.qkformer-index-train");
    cache = directory.resolve("home/cache");
    for (String file : new String[] {"cat/1.png", "cat/2.JPG", "cat/deep/3.jpeg", "dog/1.png"}) {
      create(file);
    }
    age();
  }

  @Test
  void takesTheKeptListWhileNoFolderSaysOtherwise() throws IOException {
    assertThat(files()).containsExactly("cat/1.png", "cat/2.JPG", "cat/deep/3.jpeg", "dog/1.png");
    assertThat(beside).isRegularFile();
    // seen only by listing again
    create("cat/0.png");
    age();

    assertThat(files()).doesNotContain("cat/0.png").hasSize(4);
    assertThat(cache).doesNotExist();
  }

  @Test
  void listsAnewWhenAFolderWasChangedAndSaysWhich() throws IOException {
    files();
    create("cat/deep/4.png");
    try (LogRecord log = new LogRecord(Level.INFO)) {
      assertThat(files()).contains("cat/deep/4.png");
      assertThat(log.messages()).anySatisfy(message -> assertThat(message).startsWith("INFO")
          .contains("out of date").contains("folder cat/deep was changed"));
    }
    Files.delete(split.resolve("dog/1.png"));
    assertThat(files()).doesNotContain("dog/1.png").hasSize(4);
  }

  @Test
  void listsAnewWhenTheClassesAreOthers() throws IOException {
    files();
    create("eel/1.png");
    age();

    assertThat(paths(new IndexStore(IndexCache.in(cache), 1).index(split, List.of("cat", "dog", "eel"))))
        .endsWith("eel/1.png");
  }

  @Test
  void listsAnewWhereTheDataWereMovedTo() throws IOException {
    files();
    Path other = Files.createDirectories(directory.resolve("other"));
    Files.copy(beside, other.resolve(".qkformer-index-train"));
    Files.createDirectories(other.resolve("train/cat"));
    Files.createDirectories(other.resolve("train/dog"));

    assertThat(new IndexStore(IndexCache.in(cache), 1).index(other.resolve("train"), CLASSES).size()).isZero();
  }

  @Test
  void aDamagedListIsMadeAnewWithAWarning() throws IOException {
    files();
    byte[] good = Files.readAllBytes(beside);
    for (int position = 0; position < good.length; position += 5) {
      byte[] bad = good.clone();
      bad[position] ^= 0x41;
      replacedAfterAWarning(bad, good, "checksum");
    }
    for (int length : new int[] {0, 7, 8, good.length / 2, good.length - 1}) {
      replacedAfterAWarning(Arrays.copyOf(good, length), good, "checksum");
    }
  }

  @Test
  void aListOfAnotherFormatIsMadeAnewWithAWarning() throws IOException {
    files();
    byte[] good = Files.readAllBytes(beside);
    byte[] newer = good.clone();
    newer[11] = 9;
    replacedAfterAWarning(signed(newer), good, "of format 9, expected 1");
    byte[] foreign = good.clone();
    foreign[0] = 0;
    replacedAfterAWarning(signed(foreign), good, "no index");
  }

  private static byte[] signed(byte[] file) {
    CRC32 checksum = new CRC32();
    checksum.update(file, 0, file.length - Long.BYTES);
    ByteBuffer.wrap(file).putLong(file.length - Long.BYTES, checksum.getValue());
    return file;
  }

  private void replacedAfterAWarning(byte[] bad, byte[] good, String reason) throws IOException {
    Files.write(beside, bad);
    try (LogRecord log = new LogRecord(Level.WARN)) {
      assertThat(files()).hasSize(4);
      assertThat(log.messages()).singleElement().satisfies(message -> assertThat(message)
          .contains(beside.toString()).contains(reason));
    }
    assertThat(beside).hasBinaryContent(good);
  }

  @Test
  void keepsTheListElsewhereWhereTheDataCannotBeWrittenTo() throws IOException {
    // a folder in the file's place, since the tests' user may be allowed to write everywhere
    Files.createDirectories(beside);
    files();
    create("cat/0.png");
    age();

    assertThat(files()).hasSize(4);
    try (Stream<Path> kept = Files.list(cache)) {
      assertThat(kept).hasSize(1);
    }
  }

  @Test
  void worksWhereNothingCanBeWritten() throws IOException {
    Files.createDirectories(beside);
    Files.createDirectories(cache.getParent());
    Files.createFile(cache);
    try (LogRecord log = new LogRecord(Level.WARN)) {
      assertThat(files()).hasSize(4);
      assertThat(log.messages()).singleElement().satisfies(message -> assertThat(message).contains("made each time"));
    }
  }

  @Test
  void keepsNoListOfWhatWasChangedJustNow() throws IOException {
    create("dog/2.png");
    assertThat(files()).hasSize(5);
    assertThat(beside).doesNotExist();
    age();
    files();
    assertThat(beside).exists();
  }

  @Test
  void keepsNoListWhereNoneIsWantedOrItIsShort() throws IOException {
    assertThat(new IndexStore(IndexCache.none(), 1).index(split, CLASSES).size()).isEqualTo(4);
    assertThat(new IndexStore(IndexCache.in(cache), 5).index(split, CLASSES).size()).isEqualTo(4);
    assertThat(new IndexStore(IndexCache.standard()).index(split, CLASSES).size()).isEqualTo(4);

    assertThat(beside).doesNotExist();
    assertThat(cache).doesNotExist();
  }

  @Test
  void linksAreFollowedButNotInCircles() throws IOException {
    Files.createDirectories(directory.resolve("far"));
    Files.createFile(directory.resolve("far/5.png"));
    Files.createSymbolicLink(split.resolve("dog/far"), directory.resolve("far"));
    assertThat(files()).contains("dog/far/5.png");

    Files.createSymbolicLink(split.resolve("cat/deep/up"), split.resolve("cat"));
    assertThatThrownBy(this::files).isInstanceOf(FileSystemLoopException.class)
        .hasMessageContaining("cat/deep/up leads back");
  }

  private void create(String file) throws IOException {
    Path path = split.resolve(file);
    Files.createDirectories(path.getParent());
    Files.createFile(path);
  }

  private void age() throws IOException {
    try (Stream<Path> all = Files.walk(split)) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        Files.setLastModifiedTime(folder, LONG_AGO);
      }
    }
  }

  private List<String> files() throws IOException {
    return paths(new IndexStore(IndexCache.in(cache), 1).index(split, CLASSES));
  }

  private static List<String> paths(ImageIndex index) {
    return IntStream.range(0, index.size()).mapToObj(index::file).toList();
  }
}
