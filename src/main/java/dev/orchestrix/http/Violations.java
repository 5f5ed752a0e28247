package dev.orchestrix.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one document while it is read, each with the place it was met. */
final class Violations {
  /** So that a hostile document cannot make its answer longer than itself. */
  private static final int MOST = 50;

  private static final int LONGEST_NAME = 128;

  private final List<Violation> list = new ArrayList<>(0);
  private @Nullable String field;
  private @Nullable String inner;

  /** What is noted next belongs to the document itself. */
  void atRoot() {
    field = null;
    inner = null;
  }

  /** What is noted next belongs to this field of the document. */
  void at(String name) {
    field = name;
    inner = null;
  }

  /** What is noted next belongs to this member, or element, of the present field. */
  void within(@Nullable String nameOrIndex) {
    inner = nameOrIndex;
  }

  /** Notes a problem here, unless the same is known of this place already. */
  void add(ProblemCode code, String detail) {
    String path = path();
    if (list.size() < MOST && list.stream().noneMatch(known -> is(known, path, code))) {
      list.add(new Violation(path, code, detail));
    }
  }

  /** Whether anything is wrong with the field of that name or with what is in it. */
  boolean concern(String name) {
    String path = "/" + name;
    return list.stream().anyMatch(v -> v.path().equals(path) || v.path().startsWith(path + "/"));
  }

  boolean none() {
    return list.isEmpty();
  }

  List<Violation> list() {
    return List.copyOf(list);
  }

  /** A name from a document, cut to a length that can be shown and made text if it is none. */
  static String shown(String name) {
    String some = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
    return new String(some.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static boolean is(Violation known, String path, ProblemCode code) {
    return known.code() == code && known.path().equals(path);
  }

  private String path() {
    if (field == null) {
      return "";
    }
    return inner == null ? "/" + escaped(field) : "/" + escaped(field) + "/" + escaped(inner);
  }

  /** As RFC 6901 wants it. */
  private static String escaped(String name) {
    return shown(name).replace("~", "~0").replace("/", "~1");
  }
}
