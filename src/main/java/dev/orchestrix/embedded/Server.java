package dev.orchestrix.embedded;

import java.util.Optional;

/** How one of the two servers is brought up on its folder, and down again. */
sealed interface Server permits PostgresServer, RedisServer {
  /** Its name for people and files. */
  String name();

  /**
   * Starts it and waits until it answers; what an earlier run left running is stopped first.
   *
   * @return its process; empty if the port is not free
   * @throws EmbeddedException if it does not start; it is not running then
   */
  Optional<Process> launch(int port);

  /** Stops it cleanly, and not so cleanly if it does not listen; it has ended on return. */
  void stop(ProcessHandle process);
}
