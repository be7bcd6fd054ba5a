package io.qkformer.train.event.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.DatasetException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {

  private static final String LONG_NAME = "a".repeat(90) + "/" + "b".repeat(90) + "/c.txt";

  private static final int GZIP_TRAILER = 8;

  @TempDir
  private Path folder;

  private Path zip(String... namesAndTexts) throws IOException {
    Path archive = folder.resolve("a.zip");
    try (OutputStream out = Files.newOutputStream(archive); ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
        zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return archive;
  }

  private Path tar(TarFile tar) throws IOException {
    return Files.write(folder.resolve("a.tar"), tar.bytes());
  }

  private Map<String, String> unpacked(Path archive) throws IOException {
    Path target = folder.resolve("data");
    Archives.unpack(archive, target, ArchiveLimits.DEFAULT);
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(target)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.put(target.relativize(file).toString().replace('\\', '/'), Files.readString(file));
      }
    }
    return texts;
  }

  private void refused(Path archive, ArchiveLimits limits, String... parts) throws IOException {
    assertThatThrownBy(() -> Archives.unpack(archive, folder.resolve("data"), limits))
        .isInstanceOf(DatasetException.class).hasMessageContainingAll(parts)
        .hasMessageContaining(archive.toString());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).as("what is left").containsExactly(archive);
    }
  }

  @Test
  void zipFilesAreUnpacked() throws IOException {
    assertThat(unpacked(zip("x/1.txt", "one", "2.txt", "two", "x/y/", "")))
        .isEqualTo(Map.of("x/1.txt", "one", "2.txt", "two"));
    assertThat(folder.resolve("data/x/y")).isEmptyDirectory();
  }

  @Test
  void aSingleFolderOfTheTargetsNameIsNotDoubled() throws IOException {
    assertThat(unpacked(zip("data/1.txt", "one", "__MACOSX/data/x", "shadow"))).isEqualTo(Map.of("1.txt", "one"));
  }

  @Test
  void tarFilesWithLongNamesAreUnpackedWithoutLinks() throws IOException {
    TarFile tar = new TarFile().add("dir/", '5', new byte[0]).file("dir/1.txt", "one")
        .add("link", '2', new byte[0]).add("././@LongLink", 'L', (LONG_NAME + "\0").getBytes(StandardCharsets.UTF_8))
        .file("short", "long").add("pax", 'x', "13 path=p/q\n20 mtime=1234567.5\n".getBytes(StandardCharsets.UTF_8))
        .file("other", "x".repeat(1000)).add("global", 'g', "x".getBytes(StandardCharsets.UTF_8)).file("last", "");
    assertThat(unpacked(tar(tar))).isEqualTo(
        Map.of("dir/1.txt", "one", LONG_NAME, "long", "p/q", "x".repeat(1000), "last", ""));
  }

  @Test
  void compressedTarFilesAreUnpacked() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(new TarFile().file("1.txt", "one").bytes());
    }
    assertThat(unpacked(Files.write(folder.resolve("a.tar.gz"), bytes.toByteArray())))
        .isEqualTo(Map.of("1.txt", "one"));
    Path cut = Files.write(folder.resolve("cut.tgz"), Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    assertThatThrownBy(() -> Archives.unpack(cut, folder.resolve("other"), ArchiveLimits.DEFAULT))
        .isInstanceOf(DatasetException.class).hasMessageContaining("cut.tgz is damaged");
    assertThat(folder.resolve("other")).doesNotExist();
  }

  /** Stored, not deflated: a changed byte of the content inflates as well as before, and only the checksum tells. */
  @Test
  void compressedTarFilesAreReadUpToTheirChecksum() throws IOException {
    byte[] tar = new TarFile().file("1.txt", "one two three").bytes();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out) {
      {
        def.setLevel(Deflater.NO_COMPRESSION);
      }
    }) {
      gzip.write(tar);
    }
    byte[] bytes = out.toByteArray();
    int at = bytes.length - GZIP_TRAILER - tar.length + 512 + 4;
    assertThat(bytes[at]).isEqualTo((byte) 't');
    bytes[at] ^= 1;
    Path archive = Files.write(folder.resolve("a.tar.gz"), bytes);
    refused(archive, ArchiveLimits.DEFAULT, "damaged", "trailer");
    bytes[at] ^= 1;
    bytes[bytes.length - 1] ^= 1;
    refused(Files.write(archive, bytes), ArchiveLimits.DEFAULT, "damaged");
    refused(Files.write(archive, Arrays.copyOf(bytes, bytes.length - 3)), ArchiveLimits.DEFAULT, "damaged");
  }

  @Test
  void tarFilesEndWithTheirEndMark() throws IOException {
    byte[] whole = new TarFile().file("1.txt", "one").bytes();
    refused(Files.write(folder.resolve("a.tar"), Arrays.copyOf(whole, 1024)), ArchiveLimits.DEFAULT,
        "mark of the archive's end", "end of the file after 0");
    refused(Files.write(folder.resolve("a.tar"), Arrays.copyOf(whole, 1030)), ArchiveLimits.DEFAULT, "after 6");
    Files.delete(folder.resolve("a.tar"));
    assertThat(unpacked(Files.write(folder.resolve("b.tar"), Arrays.copyOf(whole, 10_240)))).hasSize(1);
    Path endless = Files.write(folder.resolve("endless.tar"), Arrays.copyOf(whole, (1 << 24) + 10_000));
    assertThatThrownBy(() -> Archives.unpack(endless, folder.resolve("other"), ArchiveLimits.DEFAULT))
        .isInstanceOf(DatasetException.class).hasMessageContaining("at most 16777216 bytes");
  }

  @Test
  void entriesThatLeaveTheFolderAreRefusedAndNothingIsLeft() throws IOException {
    for (String name : new String[] {"../evil", "/evil", "x/../../evil", "x\\..\\evil", "..", "a".repeat(2000)}) {
      refused(zip("fine", "1", name, "evil"), ArchiveLimits.DEFAULT, "below one folder");
      Files.delete(folder.resolve("a.zip"));
    }
    refused(tar(new TarFile().file("fine", "1").file("../evil", "2")), ArchiveLimits.DEFAULT, "../evil");
  }

  @Test
  void limitsHold() throws IOException {
    refused(zip("1", "", "2", "", "3", ""), new ArchiveLimits(2, 100), "at most 2 entries");
    refused(zip("1", "x".repeat(60), "2", "x".repeat(41)), new ArchiveLimits(10, 100), "at most 100 bytes");
    assertThatThrownBy(() -> new ArchiveLimits(0, 1)).hasMessageContaining("got 0");
  }

  @Test
  void entriesThatAreLeftOutCountToo() throws IOException {
    for (char type : new char[] {'1', '2', '3', '4', '6', 'g', 'x', 'K', 'L', 'V'}) {
      TarFile tar = new TarFile();
      for (int i = 0; i < 4; i++) {
        tar.add("skipped" + i, type, new byte[] {'n'});
      }
      byte[] bytes = tar.file("1.txt", "one").bytes();
      refused(Files.write(folder.resolve("a.tar"), bytes), new ArchiveLimits(4, 100), "at most 4 entries");
      Archives.unpack(folder.resolve("a.tar"), folder.resolve("data"), new ArchiveLimits(5, 100));
      assertThat(folder.resolve("data")).as("%s", type).isDirectoryContaining(Files::isRegularFile);
      Archives.delete(folder.resolve("data"));
    }
  }

  @Test
  void damageIsFound() throws IOException {
    byte[] whole = new TarFile().file("1.txt", "one").bytes();
    byte[] flipped = whole.clone();
    flipped[3] ^= 1;
    refused(Files.write(folder.resolve("a.tar"), flipped), ArchiveLimits.DEFAULT, "checksum");
    refused(Files.write(folder.resolve("a.tar"), Arrays.copyOf(whole, 513)), ArchiveLimits.DEFAULT, "end of the file");
    Files.delete(folder.resolve("a.tar"));
    Path zip = zip("1.txt", "one two three four five six");
    byte[] bytes = Files.readAllBytes(zip);
    bytes[45] ^= 4;
    Files.write(zip, bytes);
    refused(zip, ArchiveLimits.DEFAULT, "damaged");
    Files.delete(zip);
    refused(Files.writeString(folder.resolve("a.rar"), "x"), ArchiveLimits.DEFAULT, ".tar.gz");
  }

  @Test
  void entriesThatCannotLieBesideEachOtherAreNamed() throws IOException {
    for (String[] names : new String[][] {{"a", "a/b"}, {"a/b", "a"}, {"a", "a/"}}) {
      Path archive = zip(names[0], "1", names[1], names[1].endsWith("/") ? "" : "2");
      refused(archive, ArchiveLimits.DEFAULT, '"' + names[1] + '"', "another entry", "nothing was unpacked");
    }
    Path archive = zip("x".repeat(1000), "1");
    refused(archive, ArchiveLimits.DEFAULT, "xxx", "nothing was unpacked");
  }

  @Test
  void anExistingFolderIsLeftAlone() throws IOException {
    Path zip = zip("1", "one");
    Files.createDirectory(folder.resolve("data"));
    assertThatThrownBy(() -> Archives.unpack(zip, folder.resolve("data"), ArchiveLimits.DEFAULT))
        .isInstanceOf(FileAlreadyExistsException.class).hasMessageContaining("data");
    assertThat(folder.resolve("data")).isEmptyDirectory();
  }
}
