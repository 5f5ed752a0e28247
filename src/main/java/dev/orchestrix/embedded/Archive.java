package dev.orchestrix.embedded;

import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** A file of programs on the class path: a {@code .txz} of many, or one program as it is. */
final class Archive {
  private final String name;
  private final URL source;

  private Archive(String name, URL source) {
    this.name = name;
    this.source = source;
  }

  /** Fails if the class path does not hold it: that platform was left out of the build. */
  static Archive named(String name) {
    var source = Archive.class.getClassLoader().getResource(name);
    if (source == null) {
      throw new EmbeddedException(
          ("This build of Orchestrix does not hold %s, which this machine needs. Add its Maven"
                  + " artifact or run `orchestrix node` against servers of your own.")
              .formatted(name));
    }
    return new Archive(name, source);
  }

  /** A folder name that differs for every content, found without reading the content. */
  String identity() throws IOException {
    var connection = source.openConnection();
    connection.setUseCaches(false);
    return "%s-%08x".formatted(name.replace(".txz", ""), fingerprint(connection));
  }

  private static long fingerprint(URLConnection connection) throws IOException {
    if (connection instanceof JarURLConnection jar) {
      try (var file = jar.getJarFile()) {
        return file.getEntry(jar.getEntryName()).getCrc();
      }
    }
    try (var _ = connection.getInputStream()) {
      return connection.getContentLengthLong() * 31 + connection.getLastModified();
    }
  }

  void unpackInto(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (var in = new BufferedInputStream(source.openStream(), 1 << 16)) {
      if (name.endsWith(".txz")) {
        unpackTar(in, folder);
      } else {
        write(in, folder.resolve(name), true);
      }
    }
  }

  private static void unpackTar(InputStream in, Path folder) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(in))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpackEntry(tar, entry, folder);
      }
    }
  }

  private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder)
      throws IOException {
    var target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw new FileNotFoundException("entry outside of the archive: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.resolveSibling(""));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      write(tar, target, (entry.getMode() & 0111) != 0 || target.startsWith(folder.resolve("bin")));
    }
  }

  private static void write(InputStream content, Path target, boolean program) throws IOException {
    Files.copy(content, target);
    if (program) {
      Files.setPosixFilePermissions(target, fromString("rwxr-xr-x"));
    }
  }
}
