package io.qkformer.train.run;

import io.qkformer.train.checkpoint.LibraryVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The ND4J that runs.
 *
 * @param version such as {@code 1.0.0-M2.1}; {@value LibraryVersion#UNKNOWN} where its jar has lost Maven's records
 * @param backend that computes, such as {@code CpuBackend}
 */
record Nd4jVersion(String version, String backend) {

  private static final String RECORDS = "/META-INF/maven/org.nd4j/nd4j-api/pom.properties";

  /** The one on the class path. */
  static Nd4jVersion current() {
    Properties properties = new Properties();
    try (InputStream in = Nd4j.class.getResourceAsStream(RECORDS)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RECORDS + " of ND4J", e);
    }
    return new Nd4jVersion(properties.getProperty("version", LibraryVersion.UNKNOWN),
        Nd4j.getBackend().getClass().getSimpleName());
  }
}
