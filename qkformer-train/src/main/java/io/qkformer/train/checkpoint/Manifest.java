package io.qkformer.train.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * manifest.json: of what the checkpoint is and what its files must be; itself guarded by the sum in
 * manifest.json.sha256.
 *
 * @param library      the version of the library that wrote it
 * @param architecture the model's
 * @param step         of the optimizer, as in the folder's name
 * @param files        length and sum by name
 */
record Manifest(String library, String architecture, long step, Map<String, FileSum> files) {

  /** The format's version that is written; those up to it are read. */
  static final int VERSION = 1;
  static final String FORMAT = "qkformer-checkpoint";

  private static final List<String> REQUIRED = List.of(Names.MODEL, Names.OPTIMIZER, Names.PROGRESS);
  private static final Set<String> KNOWN = Set.of(Names.MODEL, Names.OPTIMIZER, Names.AVERAGE, Names.PROGRESS);

  /** What a file must be. */
  record FileSum(long bytes, String sha256) {
  }

  byte[] toJson() {
    return toJson(VERSION);
  }

  /** With another version, for tests. */
  byte[] toJson(int version) {
    ObjectNode root = JsonFields.newObject()
        .put("format", FORMAT)
        .put("version", version)
        .put("library", library)
        .put("architecture", architecture)
        .put("step", step);
    ArrayNode list = root.putArray("files");
    files.forEach((name, sum) -> list.addObject()
        .put("name", name).put("bytes", sum.bytes()).put("sha256", sum.sha256()));
    return JsonFields.bytes(root);
  }

  /** The content of manifest.json.sha256, as {@code sha256sum} writes and checks it. */
  static byte[] sumLine(byte[] manifest) {
    return (Sha256.of(manifest) + "  " + Names.MANIFEST + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads a manifest whose sum was found right.
   *
   * @throws CheckpointException TOO_NEW, before anything that a later version may have changed is looked at; CORRUPT
   */
  static Manifest parse(Path checkpoint, byte[] json) throws CheckpointException {
    try {
      JsonFields root = JsonFields.parse(json);
      String format = root.text("format");
      if (!format.equals(FORMAT)) {
        throw new IllegalArgumentException("expected format to be " + FORMAT + ", got " + format);
      }
      long version = root.integer("version");
      String library = root.text("library");
      if (version > VERSION) {
        throw CheckpointException.tooNew(checkpoint, version, VERSION, library);
      }
      if (version < 1) {
        throw new IllegalArgumentException("expected version to be at least 1, got " + version);
      }
      Manifest manifest = new Manifest(library, root.text("architecture"), root.integer("step"), files(root));
      root.requireNoMore();
      return manifest;
    } catch (IllegalArgumentException e) {
      throw CheckpointException.corrupt(checkpoint, Names.MANIFEST, e.getMessage(), e);
    }
  }

  private static Map<String, FileSum> files(JsonFields root) {
    Map<String, FileSum> files = new LinkedHashMap<>();
    for (JsonFields file : root.objects("files")) {
      String name = file.text("name");
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException("lists the unknown file " + name);
      }
      if (files.put(name, new FileSum(file.integer("bytes"), file.text("sha256"))) != null) {
        throw new IllegalArgumentException("lists " + name + " twice");
      }
      file.requireNoMore();
    }
    List<String> missing = new ArrayList<>(REQUIRED);
    missing.removeAll(files.keySet());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("does not list " + String.join(", ", missing));
    }
    return files;
  }
}
