package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir
  private Path folder;

  private static AtomicFile.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private void assertOnlyFile(Path file, String content) throws IOException {
    assertThat(file).hasContent(content);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void writesANewFileAndReplacesAnOldOne() throws IOException {
    Path file = folder.resolve("weights");
    AtomicFile.write(file, text("first"));
    assertOnlyFile(file, "first");
    AtomicFile.write(file, text("second"));
    assertOnlyFile(file, "second");
  }

  @Test
  void oldFileIsSeenUntilTheNewOneIsComplete() throws IOException {
    Path file = Files.writeString(folder.resolve("weights"), "old");
    AtomicFile.write(file, out -> {
      out.write(new byte[1 << 20]);
      out.flush();
      assertThat(file).hasContent("old");
    });
    assertThat(file).hasSize(1 << 20);
  }

  @Test
  void failingContentLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("weights"), "old");
    assertThatThrownBy(() -> AtomicFile.write(file, out -> {
      out.write(new byte[1 << 20]);
      throw new IOException("No space left on device");
    })).isInstanceOf(IOException.class)
        .hasMessage("cannot write " + file + ": IOException: No space left on device");
    assertOnlyFile(file, "old");
    assertThatThrownBy(() -> AtomicFile.write(file, out -> {
      out.write(1);
      throw new IllegalStateException("a bug");
    })).isInstanceOf(IllegalStateException.class).hasMessage("a bug");
    assertOnlyFile(file, "old");
  }

  @Test
  void interruptedThreadLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("weights"), "old");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> AtomicFile.write(file, text("new"))).isInstanceOf(IOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertOnlyFile(file, "old");
  }

  @Test
  void unwritablePlacesAreNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "kept");
    Path below = file.resolve("weights");
    assertThatThrownBy(() -> AtomicFile.write(below, text("new")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write " + below).hasMessageContaining("not an existing folder");
    assertThatThrownBy(() -> AtomicFile.write(folder, text("new")))
        .isInstanceOf(IOException.class).hasMessageContaining("not a regular file");
    assertOnlyFile(file, "kept");
  }

  @Test
  void folderThatTakesNoFilesIsNamed() {
    Path file = Path.of("/proc/self/weights");
    Assumptions.assumeTrue(Files.isDirectory(file.getParent()), "no /proc here");
    assertThatThrownBy(() -> AtomicFile.write(file, text("new")))
        .isInstanceOf(IOException.class).hasMessageContaining("cannot write " + file);
  }

  @Test
  void devicesAreNotReplaced() {
    Path device = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(device), "no /dev/full here");
    assertThatThrownBy(() -> AtomicFile.write(device, text("new"))).isInstanceOf(IOException.class)
        .hasMessageContaining("/dev/full").hasMessageContaining("not a regular file");
  }

  @Test
  void symbolicLinkIsFollowed() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = folder.resolve("link");
    try {
      Files.createSymbolicLink(link, target);
    } catch (IOException | UnsupportedOperationException e) {
      Assumptions.abort("no symbolic links here");
    }
    AtomicFile.write(link, text("new"));
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(target).hasContent("new");
  }
}
