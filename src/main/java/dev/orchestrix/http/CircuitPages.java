package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.circuit.Circuit;
import dev.orchestrix.circuit.CircuitState;
import dev.orchestrix.circuit.Circuits;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /circuits}: what is left alone because it failed too often, and who says otherwise. */
final class CircuitPages {
  private static final Pattern NAME = Pattern.compile("[^\\s\\p{Cntrl}:]+:[^\\s\\p{Cntrl}]+");

  private final Circuits circuits;
  private final OptionalBody bodies;
  private final Failures failures;

  CircuitPages(Circuits circuits, OptionalBody bodies, Failures failures) {
    this.circuits = circuits;
    this.bodies = bodies;
    this.failures = failures;
  }

  /**
   * A page of those that were open lately or are overridden; whatever has no circuit there is
   * closed.
   */
  void list(RoutingContext context) {
    var query = new QueryReader(context.queryParams(), Set.of("limit", "cursor"));
    var after = query.cursor(text -> TextCursor.read(text, 1).map(List::getFirst));
    int most = query.wholeNumber("limit", 1, 200, 50);
    if (query.problem().isPresent()) {
      Answers.problem(context.response(), query.problem().get());
      return;
    }
    circuits
        .list(after.orElse(""), most + 1)
        .onSuccess(
            found ->
                Answers.json(
                    context.response(),
                    200,
                    JsonBody.page(
                        found, most, CircuitPages::write, it -> TextCursor.write(it.name()))))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  /** Has all jobs of a circuit wait. */
  void open(RoutingContext context) {
    override(context, CircuitState.FORCED_OPEN);
  }

  /** Lets all jobs of a circuit go, whatever becomes of them. */
  void close(RoutingContext context) {
    override(context, CircuitState.FORCED_CLOSED);
  }

  /** Takes an override away, or closes what is open, and has it measured from anew. */
  void reset(RoutingContext context) {
    override(context, CircuitState.CLOSED);
  }

  private void override(RoutingContext context, CircuitState state) {
    var name = Objects.requireNonNullElse(context.pathParam("name"), "");
    if (name.length() > Circuit.LONGEST_NAME || !NAME.matcher(name).matches()) {
      Answers.problem(
          context.response(),
          Problem.of(
              ProblemCode.INVALID_ID, "expected a name such as type:mail or http:example.com:443"));
      return;
    }
    bodies.read(
        context,
        body -> {
          var reader = new PauseReader(body, InstantSource.system());
          var problem = reader.problem();
          if (problem.isPresent()) {
            Answers.problem(context.response(), problem.get());
            return;
          }
          var until = state == CircuitState.CLOSED ? null : reader.until();
          circuits
              .override(name, state, PausePages.by(context, reader), reader.why(), until)
              .onSuccess(
                  circuit -> {
                    Trail.changed(context, null, name, null, out -> write(out, circuit));
                    Answers.json(context.response(), 200, JsonBody.of(out -> write(out, circuit)));
                  })
              .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
        });
  }

  private static void write(JsonGenerator out, Circuit circuit) throws IOException {
    out.writeStringField("circuit", circuit.name());
    out.writeStringField("state", circuit.state().label());
    out.writeStringField("opened_at", time(circuit.openedAt()));
    out.writeStringField("until", time(circuit.until()));
    out.writeNumberField("openings", circuit.openings());
    out.writeStringField("by", circuit.by());
    out.writeStringField("why", circuit.why());
    out.writeStringField("updated_at", time(circuit.updatedAt()));
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
