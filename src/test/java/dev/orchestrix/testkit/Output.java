package dev.orchestrix.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a process prints, read as it comes, so that it never waits for us and we can for it. */
final class Output {
  private static final int LAST = 40;

  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  static Output of(Process process) {
    var output = new Output();
    Thread.ofVirtual().name("output-" + process.pid()).start(() -> output.read(process));
    return output;
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  synchronized String lastWords() {
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST), lines.size()));
  }

  /** Fails with what was said instead when it ends without, or the patience does. */
  synchronized MatchResult await(String regex, Duration patience) {
    var pattern = Pattern.compile(regex);
    long end = System.nanoTime() + patience.toNanos();
    for (int next = 0; hasLine(next, end); next++) {
      var matcher = pattern.matcher(lines.get(next));
      if (matcher.find()) {
        return matcher.toMatchResult();
      }
    }
    throw new AssertionError("it did not say " + regex + " but:\n" + lastWords());
  }

  /** Waits until nothing more can come. */
  synchronized void awaitEnd(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    for (long left = patience.toNanos(); !ended && left > 0; left = end - System.nanoTime()) {
      wait(left / 1_000_000 + 1);
    }
  }

  /** Waits for the line if need be; it will not come any more if the answer is no. */
  private synchronized boolean hasLine(int index, long end) {
    try {
      long left = end - System.nanoTime();
      while (index == lines.size() && !ended && left > 0) {
        wait(left / 1_000_000 + 1);
        left = end - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return index < lines.size();
  }

  private void read(Process process) {
    try (var reader = process.inputReader(UTF_8)) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        said(line);
      }
    } catch (IOException closed) {
      said("(its output cannot be read any more: " + closed.getMessage() + ")");
    } finally {
      end();
    }
  }

  private synchronized void said(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }
}
