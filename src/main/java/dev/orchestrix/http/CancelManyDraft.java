package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.query.JobFilter;
import dev.orchestrix.store.Ids;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.transition.CancelRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {filter: {tenant, type?, tag?, states?, created_before?}, reason?, grace?, preview?,
 * cursor?}}.
 */
final class CancelManyDraft {
  private static final int DEPTH = 8;
  private static final int LONGEST_TEXT = 256;

  /** An id has 48 bits for milliseconds. */
  private static final long LATEST_SECOND = 1L << 37;

  private static final Set<JobState> ALIVE =
      Arrays.stream(JobState.values())
          .filter(state -> !state.terminal())
          .collect(Collectors.toCollection(() -> EnumSet.noneOf(JobState.class)));

  private final Caller caller;
  private final ObjectReader reader;
  private final CancelDraft how;
  private boolean filtered;
  private @Nullable String tenant;
  private @Nullable String type;
  private @Nullable String tag;
  private Set<JobState> states = ALIVE;
  private @Nullable UUID createdBefore;
  private @Nullable UUID cursor;
  private boolean preview;

  /**
   * @param caller whose tenant is meant if none is named, unless all are theirs
   */
  CancelManyDraft(byte[] bytes, Caller caller) {
    this.caller = caller;
    this.tenant = caller.tenant();
    this.reader = new ObjectReader(bytes, DEPTH);
    this.how = new CancelDraft(reader);
  }

  /** What is wrong with the document, if anything. */
  Optional<Problem> read() {
    return reader.read(this::field, this::check);
  }

  boolean preview() {
    return preview;
  }

  CancelRequest request(UUID job) {
    return how.request(job);
  }

  /**
   * Which jobs are meant.
   *
   * @param most of them at once
   */
  JobFilter filter(int most) {
    if (tenant == null) {
      throw new IllegalStateException("a filter without a tenant has violations");
    }
    return new JobFilter(tenant, states, type, tag, before(), most);
  }

  private @Nullable UUID before() {
    if (cursor == null || createdBefore == null) {
      return cursor == null ? createdBefore : cursor;
    }
    return Ids.later(cursor, createdBefore).equals(cursor) ? createdBefore : cursor;
  }

  private void field(String name) throws JsonFault {
    switch (name) {
      case "filter" -> {
        filtered = true;
        reader.members(this::member);
      }
      case "preview" -> preview = truth();
      case "cursor" -> cursor = cursor();
      default -> how.read(name);
    }
  }

  private void member(String name) throws JsonFault {
    switch (name) {
      case "tenant" -> tenant = tenant();
      case "type" -> type = text();
      case "tag" -> tag = text();
      case "states" -> states = states();
      case "created_before" -> createdBefore = createdBefore();
      default -> reader.unknown();
    }
  }

  private void check() {
    if (!filtered) {
      reader.missing("filter", "say which jobs are meant");
    } else if (tenant == null) {
      reader.missing("filter", "say whose jobs are meant: tenant");
    }
  }

  private boolean truth() throws JsonFault {
    char kind = reader.json().kind();
    if (kind != 't' && kind != 'f' && kind != 'n') {
      reader.violations().add(ProblemCode.WRONG_TYPE, "expected true or false");
    }
    reader.json().skip();
    return kind == 't';
  }

  private @Nullable UUID cursor() throws JsonFault {
    var text = reader.field().text();
    var read = text == null ? Optional.<UUID>empty() : Cursor.read(text);
    if (text != null && read.isEmpty()) {
      wrong("expected the next_cursor of another answer");
    }
    return read.orElse(null);
  }

  private @Nullable String tenant() throws JsonFault {
    var text = reader.field().text();
    if (text != null && !Tenant.isId(text)) {
      wrong(TenantPages.EXPECTED_ID);
      return null;
    }
    if (text != null && !caller.covers(text)) {
      reader.violations().add(ProblemCode.UNKNOWN_TENANT, "there is no such tenant");
    }
    return text == null ? caller.tenant() : text;
  }

  private @Nullable String text() throws JsonFault {
    var text = reader.field().text();
    if (text != null && (text.isEmpty() || text.length() > LONGEST_TEXT)) {
      wrong("expected 1 to " + LONGEST_TEXT + " characters");
    }
    return text;
  }

  private Set<JobState> states() throws JsonFault {
    if (!reader.field().is('[', "expected an array of states")) {
      return ALIVE;
    }
    var read = EnumSet.noneOf(JobState.class);
    var json = reader.json();
    boolean any = false;
    for (boolean more = json.firstElement(); more; more = json.nextElement()) {
      any = true;
      state().ifPresentOrElse(read::add, () -> wrong("expected some of " + ALIVE));
    }
    if (!any) {
      wrong("expected some of " + ALIVE);
    }
    return read;
  }

  private Optional<JobState> state() throws JsonFault {
    if (reader.json().kind() != '"') {
      reader.json().skip();
      return Optional.empty();
    }
    var name = reader.json().string();
    return ALIVE.stream().filter(state -> state.name().equals(name)).findFirst();
  }

  private @Nullable UUID createdBefore() throws JsonFault {
    var text = reader.field().text();
    try {
      return text == null ? null : firstAt(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException notATime) {
      wrong("expected a time of RFC 3339, such as 2026-01-31T12:00:00Z");
      return null;
    }
  }

  private static UUID firstAt(Instant time) {
    long seconds = Math.clamp(time.getEpochSecond(), 0, LATEST_SECOND);
    return Ids.firstAt(Instant.ofEpochSecond(seconds, time.getNano()).toEpochMilli());
  }

  private void wrong(String detail) {
    reader.violations().add(ProblemCode.INVALID_VALUE, detail);
  }
}
