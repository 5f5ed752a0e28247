package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import dev.orchestrix.auth.NewKey;
import dev.orchestrix.auth.Role;
import dev.orchestrix.tenant.Tenant;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the document of a new key: {@code {"tenant": "acme", "role": "submitter", "name":
 * "billing", "expires_in": "90d", "payloads": false, "requests": {"rate": 50, "burst": 100}}}.
 */
final class KeyReader {
  /** In the place of a tenant's id. */
  static final String ALL_TENANTS = "*";

  private static final int DEPTH = 8;
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);
  private static final String ROLES =
      Arrays.stream(Role.values()).map(Role::label).collect(Collectors.joining(", "));

  /** What reading gave. */
  sealed interface Reading {}

  record Read(NewKey key) implements Reading {}

  record Refused(Problem problem) implements Reading {}

  private final Caller maker;
  private final Document document;
  private @Nullable String tenant;
  private @Nullable Role role;
  private @Nullable String name;
  private @Nullable Duration expiresIn;
  private boolean payloads = true;
  private final RequestsDraft requests;

  private KeyReader(byte[] bytes, Caller maker) {
    this.maker = maker;
    this.tenant = maker.tenant();
    this.document = new Document(bytes, DEPTH);
    this.requests = new RequestsDraft(document);
  }

  /** The key, or everything that is wrong with its document. */
  static Reading read(byte[] bytes, Caller maker) {
    return new KeyReader(bytes, maker).read();
  }

  private Reading read() {
    var problem = document.read(this::field, this::check);
    if (problem.isPresent()) {
      return new Refused(problem.get());
    }
    if (tenant == null || role == null || name == null) {
      throw new IllegalStateException("a key without tenant, role or name has violations");
    }
    var of = tenant.equals(ALL_TENANTS) ? null : tenant;
    return new Read(new NewKey(of, role, name, payloads, expiresIn, requests.limit()));
  }

  private boolean field(String field) throws JsonFault {
    switch (field) {
      case "tenant" -> tenant();
      case "role" -> role();
      case "name" -> name();
      case "expires_in" -> expiresIn = document.field.duration(SHORTEST_LIFE, NewKey.LONGEST_LIFE);
      case "payloads" -> payloads();
      case "requests" -> requests.readHere();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void check() {
    require("tenant", tenant, "say whose jobs it is for, or " + ALL_TENANTS + " for all");
    require("role", role, "a key needs a role: " + ROLES);
    require("name", name, "a key needs a name that says what it is for");
    if (role == Role.ADMIN && !payloads) {
      document.violations.at("payloads");
      document.violations.add(
          ProblemCode.CONFLICT, "an admin can make keys that see them; expected true");
    }
    document.violations.atRoot();
  }

  private void require(String field, @Nullable Object value, String detail) {
    if (value == null && !document.violations.concern(field)) {
      document.violations.at(field);
      document.violations.add(ProblemCode.REQUIRED, detail);
    }
  }

  /** What is not the maker's is none that there is. */
  private void tenant() throws JsonFault {
    var text = document.field.text();
    if (text == null) {
      return;
    }
    boolean all = text.equals(ALL_TENANTS) && maker.everywhere();
    if (all || (Tenant.isId(text) && maker.covers(text))) {
      tenant = text;
    } else {
      document.violations.add(ProblemCode.UNKNOWN_TENANT, "there is no such tenant");
    }
  }

  private void role() throws JsonFault {
    var text = document.field.text();
    role = text == null ? null : Role.ofLabel(text).orElse(null);
    if (text != null && role == null) {
      document.violations.add(ProblemCode.INVALID_VALUE, "expected " + ROLES);
    }
  }

  private void name() throws JsonFault {
    var text = document.field.text();
    if (text != null && !NewKey.isName(text)) {
      document.violations.add(
          ProblemCode.INVALID_VALUE,
          "expected 1 to " + NewKey.LONGEST_NAME + " characters, none of them a control character");
    } else {
      name = text;
    }
  }

  private void payloads() throws JsonFault {
    char kind = document.json.kind();
    if (kind != 't' && kind != 'f' && kind != 'n') {
      document.violations.add(ProblemCode.WRONG_TYPE, "expected true or false");
    }
    document.json.skip();
    payloads = kind != 'f';
  }
}
