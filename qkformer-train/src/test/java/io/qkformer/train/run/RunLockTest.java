package io.qkformer.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {

  @TempDir
  private Path folder;

  /** Holds a lock until its input ends. */
  static final class Holder {

    private Holder() {
    }

    public static void main(String[] args) throws IOException {
      RunLock lock = RunLock.acquire(Path.of(args[0]));
      System.out.write('!');
      System.out.flush();
      while (System.in.read() >= 0) {
        // until the test is done
      }
      lock.close();
    }
  }

  private Process hold() throws IOException {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), Holder.class.getName(), folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(process.getInputStream().read()).isEqualTo('!');
    return process;
  }

  @Test
  void anotherProcessIsNamedAndItsDeathFreesTheFolder() throws IOException, InterruptedException {
    Process process = hold();
    try {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> RunLock.acquire(folder)).isInstanceOf(RunLockedException.class)
            .hasMessageContaining("another process (pid " + process.pid() + ") trains in this folder: " + folder);
      }
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(folder.resolve(".lock-holder")).as("was killed").exists();
    RunLock.acquire(folder).close();
    assertThat(folder.resolve(".lock-holder")).doesNotExist();
  }

  @Test
  void sameProcessIsNamedAndKeepsItsLock() throws IOException, InterruptedException {
    try (RunLock lock = RunLock.acquire(folder)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> RunLock.acquire(folder)).isInstanceOf(RunLockedException.class)
          .hasMessageContaining("this process (pid " + ProcessHandle.current().pid() + ")");
      Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
          System.getProperty("java.class.path"), Holder.class.getName(), folder.toString())
          .redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isEqualTo(1);
      assertThat(output).contains("another process (pid " + ProcessHandle.current().pid() + ")");
    }
    RunLock.acquire(folder).close();
  }

  @Test
  void whatALaterProcessOfTheSamePidLeftDoesNotLock() throws IOException {
    Files.writeString(folder.resolve(".lock-holder"), ProcessHandle.current().pid() + " " + UUID.randomUUID() + "\n");
    RunLock.acquire(folder).close();
    Files.writeString(folder.resolve(".lock-holder"), "");
    RunLock lock = RunLock.acquire(folder);
    lock.close();
    lock.close();
  }
}
