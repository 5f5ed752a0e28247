package dev.orchestrix.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.GeneratedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Ddocs.write=true} writes what these tests otherwise compare. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TheSettingsTableTest {
  @TempDir private Path home;

  @Test
  void the_page_about_settings_is_up_to_date() throws IOException {
    GeneratedFile.check(
        Path.of("docs/configuration.md"), SettingsPages.reference(), TheSettingsTableTest.class);
  }

  @Test
  void the_file_that_is_shipped_is_up_to_date() throws IOException {
    GeneratedFile.check(
        Path.of("conf/orchestrix.yaml"), SettingsPages.file(), TheSettingsTableTest.class);
  }

  @Test
  void the_file_that_is_shipped_says_what_holds_without_it() throws IOException {
    var uncommented =
        SettingsPages.file()
            .lines()
            .map(line -> line.replaceFirst("^( *)#(\\w+:)", "$1$2"))
            .collect(Collectors.joining("\n"));
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/orchestrix.yaml"), uncommented);
    var environment =
        Map.of(
            "ORCHESTRIX_POSTGRES_URL", "postgresql://app:secret@db/app",
            "ORCHESTRIX_REDIS_URL", "redis://cache");

    var without = new SettingsLoader(environment, home.resolve("none"), Optional.empty());
    var with = new SettingsLoader(environment, home, Optional.empty());

    assertThat(with.node(Map.of()).settings())
        .isEqualTo(without.node(Map.of("auth.mode", "none")).settings());
    assertThat(with.node(Map.of()).effective()).noneMatch(it -> it.origin().equals("default"));
  }

  @Test
  void no_two_settings_have_the_same_variable() {
    assertThat(SettingsTable.ALL).extracting(Setting::variable).doesNotHaveDuplicates();
    assertThat(SettingsTable.ALL)
        .flatExtracting(Setting::variable, Setting::fileVariable)
        .doesNotHaveDuplicates();
  }

  @Test
  void every_default_fits() {
    assertThat(Values.of(Layer.defaults().given()).problems()).isEmpty();
  }
}
