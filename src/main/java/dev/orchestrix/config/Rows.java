package dev.orchestrix.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settings as they are written down, one after the other. */
final class Rows {
  private final List<Setting<?>> all = new ArrayList<>();

  /** One that has a default. */
  <T> Setting<T> row(String path, Kind<T> kind, String initial, String description) {
    return add(new Setting<>(path, kind, Optional.of(initial), false, description));
  }

  /** One that is not set unless somebody sets it. */
  <T> Setting<T> without(String path, Kind<T> kind, String description) {
    return add(new Setting<>(path, kind, Optional.empty(), false, description));
  }

  /** One that must not be shown as it is. */
  <T> Setting<T> secret(String path, Kind<T> kind, String description) {
    return add(new Setting<>(path, kind, Optional.empty(), true, description));
  }

  void addAll(List<Setting<?>> others) {
    all.addAll(others);
  }

  List<Setting<?>> all() {
    return List.copyOf(all);
  }

  private <T> Setting<T> add(Setting<T> row) {
    all.add(row);
    return row;
  }
}
