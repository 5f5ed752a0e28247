package dev.orchestrix.core.job;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page about states, from the table of edges. */
final class StatesPage {

  record Edge(JobState from, JobState to) {}

  private static final String HEAD =
      """
      <!-- Made from JobState.java; TheStatesPageTest writes it. -->

      # The states of a job

      """;

  private static final String ATTEMPTS =
      """

      Every write that moves a job names the state it leaves and the attempt. A write that finds
      another state or a later attempt moves nothing: who has sent it is told that the job is not
      his any more. So at most one outcome of an attempt is accepted, and `SUCCEEDED`, `FAILED` and
      `CANCELLED` absorb whatever comes late.
      """;

  static String text() {
    return HEAD + diagram() + "\n" + states() + "\n" + edges() + ATTEMPTS;
  }

  static List<Edge> all() {
    return Arrays.stream(JobState.values())
        .flatMap(from -> from.next().stream().sorted().map(to -> new Edge(from, to)))
        .toList();
  }

  private static String diagram() {
    var first = MovingBetweenStatesTest.FIRST.stream().map(state -> "  [*] --> " + state);
    var moves = all().stream().map(edge -> "  " + edge.from() + " --> " + edge.to());
    var last = ends().map(state -> "  " + state + " --> [*]");
    return Stream.of(Stream.of("```mermaid", "stateDiagram-v2"), first, moves, last)
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n", "", "\n```\n"));
  }

  private static Stream<JobState> ends() {
    return Arrays.stream(JobState.values()).filter(JobState::terminal);
  }

  private static String states() {
    return Arrays.stream(JobState.values())
        .map(state -> "| `%s` | %s |\n".formatted(state, meaning(state)))
        .collect(Collectors.joining("", "| state | a job in it |\n| --- | --- |\n", ""));
  }

  private static String edges() {
    return all().stream()
        .map(edge -> "| `%s` | `%s` | %s |\n".formatted(edge.from(), edge.to(), reason(edge)))
        .collect(Collectors.joining("", "| from | to | when |\n| --- | --- | --- |\n", ""));
  }

  private static String meaning(JobState state) {
    return switch (state) {
      case SCHEDULED -> "waits for its time";
      case BLOCKED -> "waits for other steps of its workflow";
      case PENDING -> "is ready: in the backlog or on a stream";
      case RUNNING -> "has been claimed by an executor, which runs it";
      case RETRYING -> "has had an attempt and waits for the next one";
      case SUCCEEDED -> "has ended well";
      case FAILED -> "is out of attempts or of time, was refused for good, or nobody can run it";
      case CANCELLED -> "was ended by a user or operator";
    };
  }

  /** Whoever adds an edge has to say here when it is taken. */
  private static String reason(Edge edge) {
    return switch (edge.to()) {
      case PENDING -> ready(edge.from());
      case RUNNING -> "an executor has claimed it";
      case RETRYING -> "the attempt failed and another may follow, or the handler asked for later";
      case SUCCEEDED -> "the handler has answered";
      case FAILED -> failed(edge.from());
      case CANCELLED -> "a user or operator has cancelled it";
      case SCHEDULED, BLOCKED -> throw new IllegalStateException("nobody has said when: " + edge);
    };
  }

  private static String ready(JobState from) {
    return switch (from) {
      case SCHEDULED -> "its time has come";
      case BLOCKED -> "the steps it waited for have ended";
      case RUNNING -> "its node stops or has died: the attempt does not count";
      case RETRYING -> "its wait is over";
      case FAILED -> "a user or operator has asked for another try";
      case PENDING, SUCCEEDED, CANCELLED ->
          throw new IllegalStateException("nobody has said when: " + from);
    };
  }

  private static String failed(JobState from) {
    return switch (from) {
      case SCHEDULED, BLOCKED -> "it has not begun in its time, or its deadline has passed";
      case PENDING ->
          "it has not begun in its time, its deadline has passed, or its redrive was undone";
      case RETRYING -> "its deadline has passed";
      case RUNNING ->
          "the attempt was the last, was refused for good, came too late, or killed its third node";
      case SUCCEEDED, FAILED, CANCELLED ->
          throw new IllegalStateException("nobody has said when: " + from);
    };
  }

  private StatesPage() {}
}
