package io.qkformer.train.data;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Keeps what the package logs from a level on, off the console. */
final class LogRecord extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger(LogRecord.class.getPackageName());
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final Level level;
  private final Level before = logger.getLevel();

  LogRecord(Level level) {
    this.level = level;
    setContext(logger.getLoggerContext());
    start();
    logger.setLevel(level);
    logger.setAdditive(false);
    logger.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(level)) {
      messages.add(event.getLevel() + " " + event.getFormattedMessage());
    }
  }

  List<String> messages() {
    return messages;
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setAdditive(true);
    logger.setLevel(before);
    stop();
  }
}
