package dev.orchestrix.bench.chaos;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MovingAClockTest {
  private static final Duration HOUR = Duration.ofHours(1);

  /** Some class of ours that asks for the time, in both ways. */
  static final class Asking implements Supplier<Instant[]> {
    @Override
    public Instant[] get() {
      return new Instant[] {Instant.now(), Instant.ofEpochMilli(System.currentTimeMillis())};
    }
  }

  @Test
  void a_class_of_ours_gets_the_moved_time_and_others_the_real_one(@TempDir Path folder)
      throws Exception {
    var clock = folder.resolve("clock");
    ShiftedClock.follow(clock);
    Files.writeString(clock, Long.toString(HOUR.toMillis()));
    var later = Instant.now().plus(HOUR).minusSeconds(60);

    var asking = moved();

    assertThat(Pause.until(Duration.ofSeconds(20), () -> asking.get()[0].isAfter(later))).isTrue();
    assertThat(asking.get()[1]).isAfter(later);
    assertThat(new Asking().get()).allMatch(real -> real.isBefore(later));
    Files.writeString(clock, "0");
    assertThat(Pause.until(Duration.ofSeconds(20), () -> asking.get()[0].isBefore(later))).isTrue();
  }

  @Test
  void classes_of_others_are_left_as_they_are() throws IOException {
    assertThat(new ClockAgent().transform(null, "java/util/List", null, null, bytes())).isNull();
  }

  @SuppressWarnings("unchecked")
  private static Supplier<Instant[]> moved() throws Exception {
    var name = Asking.class.getName();
    var bytes =
        requireNonNull(
            new ClockAgent().transform(null, name.replace('.', '/'), null, null, bytes()));
    var loader =
        new ClassLoader(MovingAClockTest.class.getClassLoader()) {
          Class<?> define() {
            return defineClass(name, bytes, 0, bytes.length);
          }
        };
    var constructor = loader.define().getDeclaredConstructor();
    constructor.setAccessible(true);
    return (Supplier<Instant[]>) constructor.newInstance();
  }

  private static byte[] bytes() throws IOException {
    try (var in = Asking.class.getResourceAsStream("MovingAClockTest$Asking.class")) {
      return requireNonNull(in).readAllBytes();
    }
  }
}
