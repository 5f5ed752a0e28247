package dev.orchestrix.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Somebody who makes tokens, and publishes the keys that they are signed with. */
public final class Issuer implements AutoCloseable {
  public static final String NAME = "https://issuer.example";
  public static final String AUDIENCE = "orchestrix";

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final AtomicInteger asked = new AtomicInteger();
  private volatile JWKSet published;
  private volatile int status = 200;
  private @Nullable HttpServer server;

  /** One that publishes these keys, also those that it should not. */
  public Issuer(JWK... keys) {
    this.published = new JWKSet(List.of(keys));
  }

  public static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  public static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** Claims that fit, valid for five minutes. */
  public static JWTClaimsSet.Builder claims(String tenant, String role) {
    return claims(Instant.now()).claim("tenant", tenant).claim("role", role);
  }

  /** Claims that fit but for tenant and role. */
  public static JWTClaimsSet.Builder claims(Instant now) {
    return new JWTClaimsSet.Builder()
        .issuer(NAME)
        .audience(AUDIENCE)
        .subject("alice")
        .expirationTime(Date.from(now.plusSeconds(300)));
  }

  /** A token by the usual algorithm of the key, which is named in it. */
  public static String token(JWK key, JWTClaimsSet.Builder claims) {
    var algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
    return token(
        new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).type(JOSEObjectType.JWT).build(),
        signer(key),
        claims);
  }

  /** A token by a secret. */
  public static String token(JWSAlgorithm algorithm, byte[] secret, JWTClaimsSet.Builder claims) {
    try {
      return token(new JWSHeader(algorithm), new MACSigner(secret), claims);
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** A token with that header. */
  public static String token(JWSHeader header, JWSSigner signer, JWTClaimsSet.Builder claims) {
    try {
      var token = new SignedJWT(header, claims.build());
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  public static JWSSigner signer(JWK key) {
    try {
      return key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** From now on these keys are published. */
  public void publish(JWK... keys) {
    published = new JWKSet(Stream.of(keys).toList());
  }

  /** From now on whoever asks for keys is answered with that status. */
  public void answer(int status) {
    this.status = status;
  }

  /** How often somebody has asked for the keys. */
  public int asked() {
    return asked.get();
  }

  /** Where the keys are published from now on. */
  public String url() {
    try {
      return "http://" + serve(HttpServer.create(ANY_PORT, 0));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The same by HTTPS, with a certificate. */
  public String url(SSLContext shown) {
    try {
      var https = HttpsServer.create(ANY_PORT, 0);
      https.setHttpsConfigurator(new HttpsConfigurator(shown));
      return "https://" + serve(https);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String serve(HttpServer made) {
    made.createContext("/keys", this::publish);
    made.start();
    server = made;
    return "127.0.0.1:" + made.getAddress().getPort() + "/keys";
  }

  private void publish(HttpExchange exchange) throws IOException {
    var body = published.toString(true).getBytes(UTF_8);
    asked.incrementAndGet();
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
  }
}
