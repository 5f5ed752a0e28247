package dev.orchestrix.http;

import dev.orchestrix.core.job.Idempotency;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.retry.RetryPolicy;
import dev.orchestrix.tenant.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields of one job as they are read, in any order. */
final class JobDraft {
  static final int LONGEST_PAYLOAD = 256 * 1024;
  static final int LONGEST_TYPE = 128;
  static final int MOST_TAGS = 16;
  static final int LONGEST_TAG = 64;
  static final Duration LONGEST_DELAY = Duration.ofDays(365);
  static final Duration LONGEST_TIMEOUT = Duration.ofHours(24);

  private final JsonCursor json;
  private final FieldReader field;
  private final ClocksDraft clocks;
  private final ThrottleDraft throttle;
  private final Violations violations;
  private final InstantSource clock;
  private final KeyDraft key;
  private final String home;

  private @Nullable String type;
  private @Nullable String tenant;
  private Priority priority = Priority.NORMAL;
  private String payload = "null";
  private @Nullable Instant runAt;
  private @Nullable RetryPolicy retry;
  private @Nullable Duration timeout;
  private List<String> tags = List.of();
  private @Nullable UniqueDraft unique;
  private boolean delayed;
  private boolean dated;

  /**
   * @param key what the header says is the key of the submission, or null
   * @param home the tenant if none is named
   */
  JobDraft(
      JsonCursor json,
      Violations violations,
      InstantSource clock,
      @Nullable String key,
      String home) {
    this.json = json;
    this.field = new FieldReader(json, violations);
    this.clocks = new ClocksDraft(field, violations);
    this.throttle = new ThrottleDraft(field, violations);
    this.violations = violations;
    this.clock = clock;
    this.key = new KeyDraft(field, violations, key);
    this.home = home;
    this.tenant = home;
  }

  /** Reads the value of one field; violations note that field already. */
  void read(String name) throws JsonFault {
    switch (name) {
      case "type" -> type = type();
      case "payload" -> payload = payload(json, violations);
      case "tenant" -> tenant = readTenant();
      case "priority" -> priority = priority();
      case "delay" -> delay();
      case "run_at" -> runAt();
      case "retry" -> retry = new RetryDraft(json, field, violations).read();
      case "timeout" -> timeout = field.duration(Duration.ofMillis(1), LONGEST_TIMEOUT);
      case "expires_in", "deadline", "heartbeat" -> clocks.read(name);
      case "rate_key", "cost", "concurrency_key" -> throttle.read(name);
      case "tags" -> tags = tags();
      case "idempotency_key" -> key.read();
      case "unique" -> unique = new UniqueDraft(json, field, violations).read();
      default -> {
        violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
        json.skip();
      }
    }
  }

  /** Notes what is wrong with the fields together, once all are read. */
  void check() {
    if (type == null && !violations.concern("type")) {
      violations.at("type");
      violations.add(ProblemCode.REQUIRED, "a job needs a type");
    }
    if (delayed && dated) {
      violations.at("run_at");
      violations.add(ProblemCode.CONFLICT, "give delay or run_at, not both");
    }
    clocks.check(clock.instant(), runAt);
    key.check();
    if (unique != null) {
      unique.check(runAt != null);
    }
    violations.atRoot();
  }

  /** The key of the submission, or null if it has none. */
  @Nullable String key() {
    return key.key();
  }

  /** The tenant, or null if what was given cannot be one. */
  @Nullable String tenant() {
    return tenant;
  }

  /** The job, if nothing was wrong. */
  NewJob job(UUID id, @Nullable String trace, @Nullable Idempotency idempotency) {
    if (type == null || tenant == null) {
      throw new IllegalStateException("a job without type or tenant has violations");
    }
    var limits = clocks.from(clock.instant(), runAt);
    var job =
        new NewJob(
            id,
            tenant,
            type,
            priority,
            payload,
            runAt,
            retry,
            timeout,
            tags,
            trace,
            limits,
            idempotency,
            null,
            throttle.throttle());
    return unique == null ? job : job.standingAlone(unique.of(job));
  }

  private @Nullable String type() throws JsonFault {
    String text = field.text();
    if (text == null) {
      return null;
    }
    if (!typed(text)) {
      violations.add(
          ProblemCode.INVALID_VALUE,
          "expected 1 to " + LONGEST_TYPE + " characters of A-Z a-z 0-9 . _ : -");
      return null;
    }
    return text;
  }

  /** Whether a type may have that name. */
  static boolean typed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric = c < 0x80 && Character.isLetterOrDigit(c);
      if (!alphanumeric && "._:-".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= LONGEST_TYPE;
  }

  /** The value that comes next as a payload; {@code null} when it is too long, which is noted. */
  static String payload(JsonCursor json, Violations violations) throws JsonFault {
    int from = json.start();
    json.skip();
    int length = json.position() - from;
    if (length > LONGEST_PAYLOAD) {
      violations.add(ProblemCode.TOO_LONG, "more than " + LONGEST_PAYLOAD + " bytes");
      return "null";
    }
    return new String(json.bytes, from, length, StandardCharsets.UTF_8);
  }

  private @Nullable String readTenant() throws JsonFault {
    if (json.kind() == 'n') {
      json.skip();
      return home;
    }
    String text = field.text();
    if (text != null && !Tenant.isId(text)) {
      violations.add(ProblemCode.UNKNOWN_TENANT, "no tenant has an id like that");
      return null;
    }
    return text;
  }

  private Priority priority() throws JsonFault {
    String text = field.text();
    var known = text == null ? null : Priority.ofLabel(text).orElse(null);
    if (text != null && known == null) {
      violations.add(ProblemCode.INVALID_VALUE, "expected high, normal or low");
    }
    return known == null ? Priority.NORMAL : known;
  }

  private void delay() throws JsonFault {
    delayed = json.kind() != 'n';
    var delay = field.duration(Duration.ZERO, LONGEST_DELAY);
    if (delay != null && delay.isPositive()) {
      runAt = clock.instant().plus(delay);
    }
  }

  private void runAt() throws JsonFault {
    dated = json.kind() != 'n';
    String text = field.text();
    var instant = text == null ? null : instant(text);
    var now = clock.instant();
    if (instant != null && instant.isAfter(now.plus(LONGEST_DELAY))) {
      violations.add(
          ProblemCode.OUT_OF_RANGE, "more than " + LONGEST_DELAY.toDays() + " days ahead");
    } else if (instant != null && instant.isAfter(now)) {
      runAt = instant;
    }
  }

  private @Nullable Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notATime) {
      violations.add(
          ProblemCode.INVALID_VALUE, "expected a time of RFC 3339, such as 2026-01-31T12:00:00Z");
      return null;
    }
  }

  private List<String> tags() throws JsonFault {
    if (!field.is('[', "expected an array of strings")) {
      return List.of();
    }
    var read = new ArrayList<String>();
    int index = 0;
    for (boolean more = json.firstElement(); more; more = json.nextElement()) {
      violations.within(Integer.toString(index++));
      addTag(read);
    }
    violations.within(null);
    if (index > MOST_TAGS) {
      violations.add(ProblemCode.TOO_LONG, "more than " + MOST_TAGS + " tags");
    }
    return List.copyOf(read);
  }

  private void addTag(List<String> read) throws JsonFault {
    if (json.kind() != '"') {
      violations.add(ProblemCode.WRONG_TYPE, "expected a string");
      json.skip();
      return;
    }
    String tag = json.string();
    boolean fits = !tag.isEmpty() && tag.codePointCount(0, tag.length()) <= LONGEST_TAG;
    if (!fits || tag.chars().anyMatch(JobDraft::isControl)) {
      violations.add(
          ProblemCode.INVALID_VALUE,
          "expected 1 to " + LONGEST_TAG + " characters, none of them a control character");
    } else if (read.size() < MOST_TAGS) {
      read.add(tag);
    }
  }

  /** A NUL has been noted by whoever read the string. */
  private static boolean isControl(int character) {
    return character != 0 && Character.isISOControl(character);
  }
}
