package dev.orchestrix.embedded;

/** How Postgres runs here: nothing that was committed is lost, and the machine is shared. */
final class PostgresSettings {
  /** Ends postgresql.conf, once; {@code alter system} is read after it and wins. */
  static final String INCLUDE = "\ninclude_if_exists = 'orchestrix.conf'\n";

  /**
   * @param lz4 whether this Postgres was built with it; pglz, the other choice, costs more CPU than
   *     the disk writes it saves
   */
  static String text(int port, boolean lz4) {
    return """
    # Written by Orchestrix at every start. Change settings with "alter system set ...".
    listen_addresses = '127.0.0.1'
    port = %d
    # Socket files have short paths; the data folder may have a long one.
    unix_socket_directories = ''
    password_encryption = 'scram-sha-256'
    max_connections = 100

    fsync = on
    synchronous_commit = on
    full_page_writes = on
    wal_buffers = 16MB
    # Rare checkpoints: the first change of a page after each writes the whole page.
    wal_compression = %s
    checkpoint_timeout = 15min
    checkpoint_completion_target = 0.9
    max_wal_size = 4GB

    shared_buffers = 256MB
    huge_pages = try
    # Solid-state disks: an index is worth its random reads.
    random_page_cost = 1.1
    # Statements are short: compiling them costs more than it saves.
    jit = off
    # Side tables live by inserts and deletes; they are to stay small.
    autovacuum = on
    autovacuum_naptime = 10s

    log_destination = 'stderr'
    logging_collector = off
    log_timezone = 'UTC'
    timezone = 'UTC'
    """
        .formatted(port, lz4 ? "lz4" : "off");
  }

  private PostgresSettings() {}
}
