package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.Settings;
import dev.orchestrix.execute.JobHandler;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FindingHandlersTest {
  private final List<JobHandler> found =
      ServiceLoader.load(JobHandler.class).stream()
          .map(ServiceLoader.Provider::get)
          .filter(handler -> handler.getClass().getPackage() == getClass().getPackage())
          .toList();

  @Test
  void the_service_loader_finds_the_built_in_ones() {
    assertThat(found)
        .extracting(JobHandler::type)
        .containsExactlyInAnyOrder("http", "noop", "shell", "sleep");
  }

  @Test
  void each_starts_with_everything_forbidden_and_has_a_timeout() {
    var strict =
        new Settings.Handlers(new Settings.HttpClient(false), new Settings.Shell(false, List.of()));

    found.forEach(handler -> handler.start(strict));

    assertThat(found).allMatch(handler -> handler.timeout().compareTo(Duration.ZERO) > 0);
  }

  @Test
  void noop_takes_anything_and_answers_nothing() {
    assertThat(new NoopHandler().run(TestJob.of("not even JSON"))).isNull();
  }
}
