package dev.orchestrix.bench;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What is wrong with the options, collected so that all of it is said at once. */
final class OptionProblems {
  private final List<String> problems = new ArrayList<>();

  void range(String option, long value, long least, long most) {
    if (value < least || value > most) {
      add("%s: %d is outside %d..%d".formatted(option, value, least, most));
    }
  }

  void url(String option, URI url, List<String> schemes) {
    if (url.getHost() == null || !schemes.contains(url.getScheme())) {
      add(option + ": expected " + String.join(":// or ", schemes) + "://host:port");
    }
  }

  /** Load is sent to this machine only, unless somebody asks for more. */
  void loopback(String option, URI url) {
    if (url.getHost() != null && !isLoopback(url.getHost())) {
      add(
          "%s: %s is not this machine; --allow-remote sends load there all the same"
              .formatted(option, url.getHost()));
    }
  }

  void add(String problem) {
    problems.add(problem);
  }

  /**
   * @throws ParameterException if anything was found
   */
  void throwIfAny(CommandLine command) {
    if (!problems.isEmpty()) {
      throw new ParameterException(command, String.join(System.lineSeparator(), problems));
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException nobodyKnowsIt) {
      return false;
    }
  }
}
