package dev.orchestrix.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ibatis.migration.Change;
import org.apache.ibatis.migration.MigrationLoader;
import org.apache.ibatis.migration.MigrationReader;
import org.jspecify.annotations.Nullable;

/** The files of {@code sql/} as they were packaged with the program, oldest first. */
final class MigrationFiles implements MigrationLoader {
  private static final String FOLDER = "sql/";
  private static final Pattern NAME = Pattern.compile("(\\d{14})_([a-z0-9_]+)\\.sql");

  private static final DateTimeFormatter NUMBER =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final List<Change> changes;
  private final Function<String, InputStream> content;

  private MigrationFiles(List<Change> changes, Function<String, InputStream> content) {
    this.changes = changes;
    this.content = content;
  }

  static MigrationFiles packaged() {
    var folder = MigrationFiles.class.getClassLoader().getResource(FOLDER);
    return of(
        names(Objects.requireNonNull(folder, "no sql/ beside the classes")), MigrationFiles::open);
  }

  /** Files by name; those that are not named like a migration are left out. */
  static MigrationFiles of(Stream<String> names, Function<String, InputStream> content) {
    return new MigrationFiles(names.sorted().flatMap(MigrationFiles::change).toList(), content);
  }

  /** {@code 20261122130000_job_tags.sql} for "Job tags". */
  static String name(String title, Instant now) {
    var words = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    var slug = words.replaceAll("^_|_$", "");
    if (slug.isEmpty()) {
      throw new IllegalArgumentException("no letters or digits in \"" + title + "\"");
    }
    return NUMBER.format(now) + "_" + slug + ".sql";
  }

  /** Just this one, for a run that is to apply no other. */
  MigrationFiles only(Change change) {
    return new MigrationFiles(List.of(change), content);
  }

  List<Change> all() {
    return changes;
  }

  /** Copies, because the library writes into them. */
  @Override
  public List<Change> getMigrations() {
    return new ArrayList<>(changes.stream().map(Change::new).toList());
  }

  @Override
  public Reader getScriptReader(Change change, boolean undo) {
    return new MigrationReader(
        content.apply(change.getFilename()), "UTF-8", undo, new Properties());
  }

  @Override
  public @Nullable Reader getBootstrapReader() {
    return null;
  }

  @Override
  public @Nullable Reader getOnAbortReader() {
    return null;
  }

  private static InputStream open(String name) {
    var file = MigrationFiles.class.getClassLoader().getResourceAsStream(FOLDER + name);
    return Objects.requireNonNull(file, name);
  }

  private static Stream<Change> change(String fileName) {
    var match = NAME.matcher(fileName);
    if (!match.matches()) {
      return Stream.empty();
    }
    var change = new Change(new BigDecimal(match.group(1)));
    change.setDescription(match.group(2).replace('_', ' '));
    change.setFilename(fileName);
    return Stream.of(change);
  }

  private static Stream<String> names(URL folder) {
    try {
      return folder.getProtocol().equals("jar") ? inJar(folder) : inFolder(folder);
    } catch (IOException | URISyntaxException unreadable) {
      throw new IllegalStateException("cannot list " + folder, unreadable);
    }
  }

  private static Stream<String> inJar(URL folder) throws IOException {
    var connection = (JarURLConnection) folder.openConnection();
    return connection.getJarFile().stream()
        .map(entry -> entry.getName())
        .filter(name -> name.startsWith(FOLDER))
        .map(name -> name.substring(FOLDER.length()));
  }

  private static Stream<String> inFolder(URL folder) throws IOException, URISyntaxException {
    try (var files = Files.list(Path.of(folder.toURI()))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }
}
