package dev.orchestrix.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.orchestrix.testkit.Certificate;
import dev.orchestrix.testkit.Issuer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingTheIssuersKeysTest {
  private static final RSAKey OLD = Issuer.rsa("old");
  private static final RSAKey NEW = Issuer.rsa("new");

  @TempDir private Path folder;

  private final Vertx vertx = Vertx.vertx();

  /** A client that nobody refers to is closed. */
  private final List<Supplier<Future<JWKSet>>> kept = new ArrayList<>();

  private final Deque<Future<JWKSet>> answers = new ArrayDeque<>();
  private int read;

  private final Tokens tokens =
      Tokens.of(
          vertx,
          TellingTokensTest.settings(List.of("RS256"), null, false),
          InstantSource.system(),
          () -> {
            read++;
            return answers.removeFirst();
          });

  @AfterEach
  void stop() {
    tokens.stop();
    var _ = vertx.close().await();
  }

  @Test
  void a_node_starts_without_its_issuer_and_knows_no_token() {
    answers.add(Future.failedFuture(new IOException("away")));

    var _ = tokens.start().await();

    assertThat(tokens.current()).isNull();
  }

  @Test
  void the_last_keys_hold_while_there_are_no_others() {
    answers.add(Future.succeededFuture(new JWKSet(OLD)));
    answers.add(Future.failedFuture(new IOException("away")));
    var _ = tokens.start().await();
    var before = tokens.current();

    assertThatThrownBy(() -> tokens.ask().orElseThrow().await()).hasMessageContaining("issuer");

    assertThat(tokens.current()).isNotNull().isSameAs(before);
  }

  @Test
  void a_set_without_a_key_of_use_does_not_replace_one_that_has() {
    answers.add(Future.succeededFuture(new JWKSet(OLD)));
    answers.add(Future.succeededFuture(new JWKSet()));
    var _ = tokens.start().await();
    var before = tokens.current();

    assertThatThrownBy(() -> tokens.ask().orElseThrow().await()).hasMessageContaining("issuer");

    assertThat(tokens.current()).isNotNull().isSameAs(before);
  }

  @Test
  void a_key_that_is_not_known_is_asked_for_once_in_a_while() {
    answers.add(Future.succeededFuture(new JWKSet(OLD)));
    answers.add(Future.succeededFuture(new JWKSet(List.of(OLD, NEW))));
    var _ = tokens.start().await();
    var token = Issuer.token(NEW, Issuer.claims("acme", "viewer"));
    assertThat(now().verify(token)).isEqualTo(new TokenVerifier.Verdict.UnknownKey());

    var _ = tokens.ask().orElseThrow().await();

    assertThat(now().verify(token)).isInstanceOf(TokenVerifier.Verdict.Genuine.class);
    assertThat(tokens.ask()).isEmpty();
    assertThat(read).isEqualTo(2);
  }

  @Test
  void who_asks_meanwhile_waits_for_the_same_answer() {
    var coming = Promise.<JWKSet>promise();
    answers.add(Future.succeededFuture(new JWKSet(OLD)));
    answers.add(coming.future());
    var _ = tokens.start().await();

    var first = tokens.ask().orElseThrow();
    var second = tokens.ask().orElseThrow();
    coming.complete(new JWKSet(NEW));

    assertThat(second).isSameAs(first);
    assertThat(first.succeeded()).isTrue();
    assertThat(read).isEqualTo(2);
  }

  @Test
  void keys_that_have_not_changed_keep_what_was_verified() {
    answers.add(Future.succeededFuture(new JWKSet(OLD)));
    answers.add(Future.succeededFuture(new JWKSet(OLD)));
    var _ = tokens.start().await();
    var before = now();

    var _ = tokens.ask().orElseThrow().await();

    assertThat(now()).isSameAs(before);
  }

  @Test
  void a_file_is_read_and_what_is_too_long_is_not() throws IOException {
    var file = Files.writeString(folder.resolve("keys"), new JWKSet(OLD).toString());
    var source = KeySetSource.file(vertx, file);

    assertThat(source.get().await().getKeyByKeyId("old")).isNotNull();
    Files.writeString(file, " ".repeat(300_000));
    assertThatThrownBy(() -> source.get().await()).hasMessageContaining("longer than");
    Files.writeString(file, "no keys");
    assertThatThrownBy(() -> source.get().await()).hasMessageContaining("Key Set");
  }

  @Test
  void a_url_is_read_and_another_answer_is_none() {
    try (var issuer = new Issuer(OLD)) {
      var source = KeySetSource.url(vertx, URI.create(issuer.url()), Optional.empty());

      assertThat(source.get().await().getKeyByKeyId("old")).isNotNull();
      issuer.answer(302);
      assertThatThrownBy(() -> source.get().await()).hasMessageContaining("status 302");
      issuer.answer(200);
      issuer.publish(new RSAKey.Builder(OLD.toPublicJWK()).keyID("x".repeat(300_000)).build());
      assertThatThrownBy(() -> source.get().await()).hasMessageContaining("longer than");
    }
  }

  @Test
  void keys_behind_a_certificate_of_a_private_ca_are_read_by_who_is_told_of_it() {
    var ca = Certificate.authority(folder, "ca");
    ca.write(folder, "ca");
    Certificate.authority(folder, "other").write(folder, "other");
    try (var issuer = new Issuer(OLD)) {
      var url = URI.create(issuer.url(ca.trusted(ca.sign("issuer"))));

      var keys = read(url, Optional.of("ca.pem"));
      assertThat(keys.await().getKeyByKeyId("old")).isNotNull();
      assertThatThrownBy(() -> read(url, Optional.of("other.pem")).await())
          .isInstanceOf(SSLException.class);
      assertThatThrownBy(() -> read(url, Optional.empty()).await())
          .isInstanceOf(SSLException.class);
      assertThatThrownBy(() -> read(byAnotherName(url), Optional.of("ca.pem")).await())
          .isInstanceOf(SSLException.class);
      assertThat(issuer.asked()).isOne();
    }
  }

  private Future<JWKSet> read(URI url, Optional<String> ca) {
    var source = KeySetSource.url(vertx, url, ca.map(folder::resolve));
    kept.add(source);
    return source.get();
  }

  /** The same address by a name that the certificate is not for. */
  private static URI byAnotherName(URI url) {
    return URI.create(url.toString().replace("127.0.0.1", "localhost"));
  }

  private TokenVerifier now() {
    var current = tokens.current();
    if (current == null) {
      throw new AssertionError("no keys");
    }
    return current;
  }
}
