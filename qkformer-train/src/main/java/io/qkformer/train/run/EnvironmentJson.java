package io.qkformer.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.train.checkpoint.LibraryVersion;
import io.qkformer.train.checkpoint.TrainingProgress;
import io.qkformer.train.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** environment.json: an entry for each process that has worked on the run. */
final class EnvironmentJson {

  private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String SESSIONS = "sessions";
  private static final String DATA_CHECKSUM = "dataChecksum";
  private static final String TEST_CHECKSUM = "testChecksum";
  private static final long MIB = 1 << 20;

  private EnvironmentJson() {
  }

  /**
   * Adds an entry; those before are kept as they are.
   *
   * @throws IOException when the file is damaged or cannot be written; it then stays as it was
   */
  static void append(Path file, Session session, TrainingProgress from, Instant now) throws IOException {
    ObjectNode root = read(file);
    root.withArray(SESSIONS).add(entry(session, from, now));
    byte[] text = JSON.writeValueAsBytes(root);
    AtomicFile.write(file, out -> {
      out.write(text);
      out.write('\n');
    });
  }

  /** The checksum of a split that the last entry has, if there is an entry and it knows one. */
  static Optional<String> lastChecksum(Path file, Split split) throws IOException {
    JsonNode sessions = read(file).path(SESSIONS);
    String field = split == Split.TRAIN ? DATA_CHECKSUM : TEST_CHECKSUM;
    String checksum = sessions.path(sessions.size() - 1).path(field).asText();
    return checksum.isEmpty() ? Optional.empty() : Optional.of(checksum);
  }

  private static ObjectNode read(Path file) throws IOException {
    if (Files.notExists(file)) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (root.path(SESSIONS).isArray()) {
        return (ObjectNode) root;
      }
      throw damaged(file, "it has no " + SESSIONS, null);
    } catch (JsonProcessingException e) {
      throw damaged(file, e.getOriginalMessage(), e);
    }
  }

  private static IOException damaged(Path file, String how, Throwable cause) {
    return new IOException(file + " is damaged: " + how + "; move it away, then a new one is begun", cause);
  }

  private static ObjectNode entry(Session session, TrainingProgress from, Instant now) {
    LibraryVersion library = LibraryVersion.current();
    Nd4jVersion nd4j = Nd4jVersion.current();
    ObjectNode entry = JSON.createObjectNode()
        .put("started", now.truncatedTo(ChronoUnit.SECONDS).toString())
        .put("fromEpoch", from.epoch())
        .put("fromStep", from.steps())
        .put("library", library.version())
        .put("commit", library.commit().orElse(null))
        .put("nd4j", nd4j.version())
        .put("nd4jBackend", nd4j.backend())
        .put("java", property("java.version"))
        .put("javaVendor", property("java.vendor"))
        .put("javaVm", property("java.vm.name") + " " + property("java.vm.version"))
        .put("os", property("os.name") + " " + property("os.version") + " " + property("os.arch"))
        .put("processors", Runtime.getRuntime().availableProcessors())
        .put("maxHeapMb", Runtime.getRuntime().maxMemory() / MIB)
        .put("kernels", session.kernels())
        .put("threads", session.threads())
        .put("seed", session.seed())
        .put("data", session.data())
        .put(DATA_CHECKSUM, session.dataChecksum())
        .put(TEST_CHECKSUM, session.testChecksum());
    ArrayNode command = entry.putArray("command");
    session.command().forEach(command::add);
    return entry;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
