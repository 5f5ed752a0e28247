package dev.orchestrix.execute;

/** How much a log line of a job matters. The names are stored and sent to clients. */
public enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR
}
