package io.qkformer.train.checkpoint;

import io.qkformer.train.checkpoint.Manifest.FileSum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes the sums of a checkpoint right again after its files were changed, as an attacker or a bug would. */
final class Resigned {

  private Resigned() {
  }

  static void sign(Path checkpoint) throws IOException {
    sign(checkpoint, Manifest.VERSION);
  }

  static void sign(Path checkpoint, int version) throws IOException {
    Manifest old = Manifest.parse(checkpoint, Files.readAllBytes(checkpoint.resolve(Names.MANIFEST)));
    Map<String, FileSum> sums = new LinkedHashMap<>();
    for (String name : old.files().keySet()) {
      Path file = checkpoint.resolve(name);
      sums.put(name, new FileSum(Files.size(file), Sha256.of(file)));
    }
    byte[] manifest = new Manifest(old.library(), old.architecture(), old.step(), sums).toJson(version);
    Files.write(checkpoint.resolve(Names.MANIFEST), manifest);
    Files.write(checkpoint.resolve(Names.MANIFEST_SUM), Manifest.sumLine(manifest));
  }
}
