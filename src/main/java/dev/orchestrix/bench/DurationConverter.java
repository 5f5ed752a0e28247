package dev.orchestrix.bench;

import dev.orchestrix.core.time.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line, as everywhere else: {@code 30s}, {@code 5m}. */
final class DurationConverter implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    return Durations.parse(text)
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' is not " + Durations.EXPECTED));
  }
}
