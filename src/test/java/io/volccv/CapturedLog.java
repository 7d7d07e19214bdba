package io.volccv;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a logger says, instead of being printed, until it is closed. */
public final class CapturedLog implements AutoCloseable {
  private final Logger logger;
  private final Level before;
  private final boolean additive;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          IThrowableProxy thrown = event.getThrowableProxy();
          lines.add(
              event.getFormattedMessage()
                  + (thrown == null
                      ? ""
                      : ": " + thrown.getClassName() + ": " + thrown.getMessage()));
        }
      };

  /**
   * Listens from now on.
   *
   * @param logger its name
   * @param level what is less is not captured
   */
  public CapturedLog(String logger, Level level) {
    this.logger = (Logger) LoggerFactory.getLogger(logger);
    before = this.logger.getLevel();
    additive = this.logger.isAdditive();
    appender.start();
    this.logger.addAppender(appender);
    this.logger.setAdditive(false);
    this.logger.setLevel(level);
  }

  /** Those so far, without level and time, and with what was thrown; more come while it is read. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setAdditive(additive);
    logger.setLevel(before);
  }
}
