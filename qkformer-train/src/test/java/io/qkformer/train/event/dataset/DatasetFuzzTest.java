package io.qkformer.train.event.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.Fuzzing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives and tables with random damage; see {@link Fuzzing}. */
class DatasetFuzzTest {

  private static final ArchiveLimits LIMITS = new ArchiveLimits(12, 10_000);
  private static final Map<String, String> CONTENTS =
      Map.of("dir/1.txt", "one", "a".repeat(90) + "/" + "b".repeat(90), "long", "p/q", "x".repeat(1000), "last", "");

  @TempDir
  private Path folder;
  private Path target;

  @BeforeEach
  void nameTarget() {
    target = folder.resolve("data");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] tar() {
    return new TarFile().add("dir/", '5', new byte[0]).file("dir/1.txt", "one").add("link", '2', new byte[0])
        .add("././@LongLink", 'L', bytes("a".repeat(90) + "/" + "b".repeat(90) + "\0")).file("short", "long")
        .add("pax", 'x', bytes("13 path=p/q\n20 mtime=1234567.5\n")).file("other", "x".repeat(1000))
        .file("last", "").bytes();
  }

  /** Unpacks it; what then lies there is within the limits and nowhere else, and nothing if it was refused. */
  private Map<String, String> unpacked(Path archive) throws IOException {
    try {
      Archives.unpack(archive, target, LIMITS);
      Map<String, String> texts = new TreeMap<>();
      try (Stream<Path> files = Files.walk(target)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          texts.put(target.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
      Archives.delete(target);
      return texts;
    } finally {
      try (Stream<Path> left = Files.list(folder)) {
        assertThat(left).as("what is left").containsExactly(archive);
      }
    }
  }

  private static void requireLimits(Map<String, String> texts) {
    assertThat(texts.size()).isLessThanOrEqualTo((int) LIMITS.entries());
    assertThat(texts.values().stream().mapToInt(String::length).sum()).isLessThanOrEqualTo((int) LIMITS.bytes());
  }

  @Test
  void tarFilesAreUnpackedOrRefused() {
    Fuzzing.run(folder.resolve("damaged.tar"), tar(), "tar", DatasetException.class,
        archive -> requireLimits(unpacked(archive)));
  }

  @Test
  void compressedTarFilesAreUnpackedRightOrRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(tar());
    }
    Fuzzing.run(folder.resolve("damaged.tar.gz"), out.toByteArray(), "tar.gz", DatasetException.class,
        archive -> assertThat(unpacked(archive)).isEqualTo(CONTENTS));
  }

  /** Names have no checksum: contents come back as they were, if perhaps under other names. */
  @Test
  void zipFilesAreUnpackedOrRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> file : new TreeMap<>(CONTENTS).entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(bytes(file.getValue()));
      }
      zip.putNextEntry(new ZipEntry("empty/"));
    }
    Fuzzing.run(folder.resolve("damaged.zip"), out.toByteArray(), "zip", DatasetException.class, archive -> {
      Map<String, String> texts = unpacked(archive);
      requireLimits(texts);
      assertThat(CONTENTS.values()).containsAll(texts.values());
    });
  }

  private void fuzzTables(Path damaged, String name) throws IOException {
    Fuzzing.run(damaged, Files.readAllBytes(damaged), name, DatasetException.class, file -> {
      for (GestureSample sample : GestureTables.read(folder, Split.TRAIN)) {
        assertThat(sample.label()).isBetween(0, GestureTables.CLASSES - 1);
        assertThat(sample.start()).isNotNegative();
        assertThat(sample.recording()).isRegularFile().hasParent(folder);
      }
    });
  }

  private void writeTables() throws IOException {
    Files.writeString(folder.resolve("trials_to_train.txt"), "user01_led.aedat\r\n\r\nuser02_lab.aedat\r\n");
    for (String trial : new String[] {"user01_led", "user02_lab"}) {
      Files.createFile(folder.resolve(trial + ".aedat"));
      Files.writeString(folder.resolve(trial + "_labels.csv"),
          "class,startTime_usec,endTime_usec\n1,80048239,85092709\n11,95431007,103103075\n2,1,2\n");
    }
  }

  @Test
  void labelTablesAreReadOrRefused() throws IOException {
    writeTables();
    fuzzTables(folder.resolve("user02_lab_labels.csv"), "labels");
  }

  @Test
  void listsOfTrialsAreReadOrRefused() throws IOException {
    writeTables();
    fuzzTables(folder.resolve("trials_to_train.txt"), "trials");
  }
}
