package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class KernelProviderTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(KernelProvider.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  private static boolean vectorModulePresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  @Test
  void portableIsAlwaysThere() {
    assertThat(KernelProvider.portable().name()).isEqualTo("portable");
  }

  @Test
  void bestIsSimdAndSilentWhereTheModuleIsPresent() {
    Assumptions.assumeTrue(vectorModulePresent(), "runs without " + KernelProvider.VECTOR_FLAG);
    assertThat(KernelProvider.best().name()).matches("simd-(128|256|512)");
    assertThat(KernelProvider.simd().name()).isEqualTo(KernelProvider.best().name());
    assertThat(log.list).isEmpty();
  }

  @Test
  void bestIsPortableWithOneWarningThatNamesTheFlagWhereTheModuleIsAbsent() {
    Assumptions.assumeFalse(vectorModulePresent(), "runs with " + KernelProvider.VECTOR_FLAG);
    assertThat(KernelProvider.best().name()).isEqualTo("portable");
    assertThat(log.list).singleElement().satisfies(event -> {
      assertThat(event.getLevel()).isEqualTo(Level.WARN);
      assertThat(event.getFormattedMessage()).contains("--add-modules jdk.incubator.vector");
    });
  }

  @Test
  void simdIsRefusedWithTheFlagWhereTheModuleIsAbsent() {
    Assumptions.assumeFalse(vectorModulePresent(), "runs with " + KernelProvider.VECTOR_FLAG);
    assertThatThrownBy(KernelProvider::simd).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("--add-modules jdk.incubator.vector");
  }
}
