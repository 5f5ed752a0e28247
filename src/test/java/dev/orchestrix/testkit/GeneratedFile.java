package dev.orchestrix.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that is made from code, and never by hand. */
public final class GeneratedFile {

  /**
   * Fails when the file is not what the code says. With {@code -Ddocs.write=true} writes it first.
   *
   * @param file relative to the repository
   * @param test what to run for that
   */
  public static void check(Path file, String expected, Class<?> test) throws IOException {
    if (Boolean.getBoolean("docs.write")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, expected);
    }
    assertThat(file)
        .as("%s is stale: run %s with -Ddocs.write=true", file, test.getSimpleName())
        .hasContent(expected);
  }

  private GeneratedFile() {}
}
