package dev.orchestrix.http;

import dev.orchestrix.core.job.LetterFilter;
import dev.orchestrix.recover.Redriving;
import dev.orchestrix.tenant.Tenant;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the document of one redrive. */
final class RedriveReader {
  static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{16}");
  static final String EXPECTED_FINGERPRINT = "expected 16 hex digits, as errors and letters have";

  private static final int DEPTH = 8;
  private static final int LONGEST = 256;
  private static final double DEFAULT_RATE = 100;
  private static final double LEAST_RATE = 0.01;
  private static final double MOST_RATE = 10_000;

  /** What reading gave. */
  sealed interface Reading {}

  /**
   * @param preview whether only to look at what it would do
   */
  record Read(Redriving.Order order, boolean preview) implements Reading {}

  record Refused(Problem problem) implements Reading {}

  private final Document document;
  private final FieldReader field;
  private final String home;
  private boolean filtered;
  private @Nullable String tenant;
  private @Nullable String type;
  private @Nullable String category;
  private @Nullable String fingerprint;
  private @Nullable Instant failedAfter;
  private @Nullable Instant failedBefore;
  private @Nullable Double rate;
  private @Nullable Integer stopAfterFailures;
  private boolean preview;

  private RedriveReader(byte[] bytes, String home) {
    this.home = home;
    this.document = new Document(bytes, DEPTH);
    this.field = document.field;
  }

  /**
   * The redrive, or everything that is wrong with its document.
   *
   * @param home the tenant if none is named
   */
  static Reading read(byte[] bytes, String home) {
    return new RedriveReader(bytes, home).read();
  }

  private Reading read() {
    var problem = document.read(this::field, this::check);
    return problem.isPresent() ? new Refused(problem.get()) : new Read(order(), preview);
  }

  private Redriving.Order order() {
    var filter =
        new LetterFilter(
            tenant == null ? home : tenant, type, category, fingerprint, failedAfter, failedBefore);
    return new Redriving.Order(filter, rate == null ? DEFAULT_RATE : rate, stopAfterFailures);
  }

  private boolean field(String name) throws JsonFault {
    switch (name) {
      case "filter" -> filtered = document.members(this::member);
      case "rate" -> rate = field.number(LEAST_RATE, MOST_RATE);
      case "stop_after_failures" -> stopAfterFailures = field.wholeNumber(1, 1_000_000_000);
      case "preview" -> preview = bool();
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean member(String name) throws JsonFault {
    switch (name) {
      case "tenant" -> tenant = tenant();
      case "type" -> type = text();
      case "category" -> category = text();
      case "fingerprint" -> fingerprint = fingerprint();
      case "failed_after" -> failedAfter = time();
      case "failed_before" -> failedBefore = time();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void check() {
    if (!filtered && !document.violations.concern("filter")) {
      document.violations.at("filter");
      document.violations.add(
          ProblemCode.REQUIRED, "a redrive needs a filter; {} means every letter of " + home);
    }
    if (failedAfter != null && failedBefore != null && !failedAfter.isBefore(failedBefore)) {
      document.violations.at("filter");
      document.violations.within("failed_before");
      document.violations.add(ProblemCode.CONFLICT, "expected a time after failed_after");
    }
    document.violations.atRoot();
  }

  private @Nullable String tenant() throws JsonFault {
    var text = field.text();
    if (text != null && !Tenant.isId(text)) {
      document.violations.add(ProblemCode.UNKNOWN_TENANT, "no tenant has an id like that");
      return null;
    }
    return text;
  }

  private @Nullable String text() throws JsonFault {
    var text = field.text();
    if (text != null && (text.isEmpty() || text.length() > LONGEST)) {
      return wrong("expected 1 to " + LONGEST + " characters");
    }
    return text;
  }

  private @Nullable String fingerprint() throws JsonFault {
    var text = field.text();
    boolean fits = text == null || FINGERPRINT.matcher(text).matches();
    return fits ? text : wrong(EXPECTED_FINGERPRINT);
  }

  private @Nullable Instant time() throws JsonFault {
    var text = field.text();
    if (text == null) {
      return null;
    }
    try {
      var time = OffsetDateTime.parse(text);
      if (time.getYear() >= 1970 && time.getYear() < 10_000) {
        return time.toInstant();
      }
    } catch (DateTimeException notATime) {
      // said below
    }
    var _ = wrong("expected a time of RFC 3339, such as 2026-01-31T12:00:00Z");
    return null;
  }

  private boolean bool() throws JsonFault {
    char kind = document.json.kind();
    if (kind != 't' && kind != 'f' && kind != 'n') {
      document.violations.add(ProblemCode.WRONG_TYPE, "expected true or false");
    }
    document.json.skip();
    return kind == 't';
  }

  private @Nullable String wrong(String expected) {
    document.violations.add(ProblemCode.INVALID_VALUE, expected);
    return null;
  }
}
