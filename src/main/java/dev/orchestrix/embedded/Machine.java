package dev.orchestrix.embedded;

import java.io.IOException;

/** What servers are started with on this machine. */
record Machine(Platform platform, Cache cache, Launcher launcher) {

  static Machine here(DataFolder data) throws IOException {
    var platform = Platform.here();
    return with(platform, Wrapping.forDatabase(platform, data.postgres()), data);
  }

  /** Another user may not be let into this one's home: programs then go beside the data. */
  static Machine with(Platform platform, Wrapping wrapping, DataFolder data) throws IOException {
    var beside = data.path().resolve("bin");
    var cache = wrapping.user().isPresent() ? Cache.in(beside) : Cache.shared(platform, beside);
    return new Machine(platform, cache, new Launcher(wrapping));
  }
}
