package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A report for people: a small table, then the rest as a list. */
final class ReportText {
  private static final String GAP = "  ";

  static String of(Report report) {
    return Stream.of(
            Stream.of(report.scenario() + ", " + report.date()),
            table(report.rows()),
            section("", report.summary()),
            section("parameters", report.parameters()),
            section("conditions", report.conditions()),
            problems(report.problems()))
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** Columns are as wide as they need to be; figures stand under the end of their names. */
  private static Stream<String> table(List<JsonObject> rows) {
    if (rows.isEmpty()) {
      return Stream.of();
    }
    var names = List.copyOf(rows.getFirst().fieldNames());
    var cells = Stream.concat(Stream.of(names), rows.stream().map(row -> cells(names, row)));
    return Stream.concat(Stream.of(""), aligned(cells.toList()));
  }

  private static List<String> cells(List<String> names, JsonObject row) {
    return names.stream().map(row::getValue).map(ReportText::figure).toList();
  }

  private static Stream<String> aligned(List<List<String>> lines) {
    var widths =
        IntStream.range(0, lines.getFirst().size())
            .map(
                column ->
                    lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toArray();
    return lines.stream()
        .map(
            line ->
                IntStream.range(0, widths.length)
                    .mapToObj(
                        column ->
                            " ".repeat(widths[column] - line.get(column).length())
                                + line.get(column))
                    .collect(Collectors.joining(GAP)));
  }

  private static Stream<String> section(String title, JsonObject fields) {
    if (fields.isEmpty()) {
      return Stream.of();
    }
    int width = fields.fieldNames().stream().mapToInt(String::length).max().orElse(0);
    var head = title.isEmpty() ? Stream.of("") : Stream.of("", title);
    var lines =
        fields.stream()
            .map(
                field ->
                    GAP
                        + field.getKey()
                        + " ".repeat(width - field.getKey().length())
                        + GAP
                        + figure(field.getValue()));
    return Stream.concat(head, lines);
  }

  private static Stream<String> problems(List<String> problems) {
    return problems.isEmpty()
        ? Stream.of()
        : Stream.concat(Stream.of("", "FAILED"), problems.stream().map(problem -> GAP + problem));
  }

  /** Small figures keep two decimals, large ones none. */
  private static String figure(Object value) {
    return switch (value) {
      case Double number when Math.abs(number) < 100 -> "%.2f".formatted(number);
      case Double number -> String.format(Locale.ROOT, "%,.0f", number);
      case Number number -> String.format(Locale.ROOT, "%,d", number.longValue());
      default -> String.valueOf(value);
    };
  }

  private ReportText() {}
}
