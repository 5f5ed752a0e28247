package dev.orchestrix.execute;

import dev.orchestrix.config.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The handlers of this node, one a type. */
public final class Handlers {
  private final Map<String, JobHandler> byType;

  Handlers(Map<String, JobHandler> byType) {
    this.byType = byType;
  }

  /** These and no others, started already. */
  static Handlers of(JobHandler... handlers) {
    return new Handlers(
        Stream.of(handlers).collect(Collectors.toMap(JobHandler::type, Function.identity())));
  }

  /**
   * Finds and starts every handler on the class path.
   *
   * @throws IllegalStateException if two handlers serve one type
   * @throws RuntimeException whatever a handler throws that cannot start
   */
  public static Handlers load(Settings.Handlers settings) {
    var byType = new HashMap<String, JobHandler>();
    for (var handler : ServiceLoader.load(JobHandler.class)) {
      var other = byType.put(handler.type(), handler);
      if (other != null) {
        throw new IllegalStateException(
            "two handlers serve type %s: %s and %s"
                .formatted(
                    handler.type(), other.getClass().getName(), handler.getClass().getName()));
      }
      handler.start(settings);
    }
    return new Handlers(Map.copyOf(byType));
  }

  Optional<JobHandler> find(String type) {
    return Optional.ofNullable(byType.get(type));
  }
}
