package dev.orchestrix.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names that one object has had so far: a few in a row, many in a set. */
final class Names {
  private static final int FEW = 8;

  private final List<String> few = new ArrayList<>(FEW);
  private @Nullable Set<String> many;

  /** Whether the name is new. */
  boolean add(String name) {
    if (many != null) {
      return many.add(name);
    }
    if (few.contains(name)) {
      return false;
    }
    if (few.size() < FEW) {
      return few.add(name);
    }
    many = new HashSet<>(few);
    return many.add(name);
  }

  void clear() {
    few.clear();
    many = null;
  }
}
