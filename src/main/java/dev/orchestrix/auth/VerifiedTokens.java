package dev.orchestrix.auth;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were looked at, by their SHA-256: a signature is checked once by each event loop, not
 * with every request. Keeps those used last. Belongs to one thread.
 */
final class VerifiedTokens {
  private static final int MOST = 10_000;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private record Hash(long a, long b, long c, long d) {
    private static Hash of(byte[] sha256) {
      return new Hash(at(sha256, 0), at(sha256, 8), at(sha256, 16), at(sha256, 24));
    }

    private static long at(byte[] bytes, int index) {
      return (long) LONGS.get(bytes, index);
    }
  }

  private record Known(TokenVerifier by, TokenVerifier.Verdict.Genuine verdict) {}

  private final Map<Hash, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Known> eldest) {
          return size() > MOST;
        }
      };

  /** Who has shown that token, if it has not ended and its key is still one of the issuer's. */
  @Nullable Visitor find(byte[] sha256, TokenVerifier verifier, long nowMillis) {
    var found = known.get(Hash.of(sha256));
    if (found == null) {
      return null;
    }
    if (!found.by.equals(verifier) || found.verdict.untilMillis() <= nowMillis) {
      known.remove(Hash.of(sha256));
      return null;
    }
    return found.verdict.visitor();
  }

  void keep(byte[] sha256, TokenVerifier verifier, TokenVerifier.Verdict.Genuine verdict) {
    known.put(Hash.of(sha256), new Known(verifier, verdict));
  }
}
