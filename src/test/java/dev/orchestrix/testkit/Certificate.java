package dev.orchestrix.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for loopback, as PEM files beside each other. */
public final class Certificate {
  private static final String PASSWORD = "of a test";
  private static final String ONLY = "it";
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8));

  private final Path file;
  private final KeyStore store;

  private Certificate(Path file, String alias) {
    this.file = file;
    this.store = only(file, alias);
  }

  /** Makes one with a name of its own, which has signed itself. */
  public static Certificate make(Path folder, String name) {
    return make(folder.resolve(name + ".p12"), ONLY, name, List.of("-ext", "san=ip:127.0.0.1"));
  }

  /** Makes one that may sign others. */
  public static Certificate authority(Path folder, String name) {
    return make(folder.resolve(name + ".p12"), ONLY, name, List.of("-ext", "bc:critical=ca:true"));
  }

  /**
   * Makes one that this one has signed.
   *
   * @param more arguments of keytool, for what is wrong with it
   */
  public Certificate sign(String name, String... more) {
    var arguments = new ArrayList<>(List.of("-signer", ONLY, "-ext", "san=ip:127.0.0.1"));
    arguments.addAll(List.of(more));
    return make(file, name, name, arguments);
  }

  private static Certificate make(Path file, String alias, String name, List<String> more) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString()));
    command.addAll(more);
    try {
      run(command);
      return new Certificate(file, alias);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes certificate and key to {@code name.pem} and {@code name.key}. */
  public void write(Path folder, String name) {
    try {
      Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key().getEncoded()));
      Files.writeString(
          folder.resolve(name + ".pem"),
          pem("CERTIFICATE", store.getCertificate(ONLY).getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For a client that trusts this one alone, and shows {@code own} if it is asked. */
  public SSLContext trusted(Certificate own) {
    try {
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own.store, PASSWORD.toCharArray());
      return trusted(keys.getKeyManagers());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For a client that trusts this one alone, and has nothing to show. */
  public SSLContext trusted() {
    return trusted(new KeyManager[0]);
  }

  private SSLContext trusted(KeyManager[] shown) {
    try {
      var trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry(ONLY, store.getCertificate(ONLY));
      var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(trust);
      var context = SSLContext.getInstance("TLS");
      context.init(shown, trusted.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A store with nothing else in it, so that whoever shows a certificate has no choice. */
  private static KeyStore only(Path file, String alias) {
    try {
      var all = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
      var one = KeyStore.getInstance("PKCS12");
      one.load(null, null);
      one.setKeyEntry(
          ONLY,
          all.getKey(alias, PASSWORD.toCharArray()),
          PASSWORD.toCharArray(),
          all.getCertificateChain(alias));
      return one;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Key key() throws GeneralSecurityException {
    return Objects.requireNonNull(store.getKey(ONLY, PASSWORD.toCharArray()));
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, LINES.encodeToString(bytes), what);
  }

  private static void run(List<String> command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
