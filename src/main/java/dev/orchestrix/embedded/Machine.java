package dev.orchestrix.embedded;

import java.io.IOException;

/** What servers are started with on this machine. */
record Machine(Platform platform, Cache cache, Launcher launcher) {

  static Machine here(DataFolder data) throws IOException {
    var platform = Platform.here();
    return with(platform, Wrapping.forDatabase(platform, data.postgres()), data);
  }

  /**
   * Another user may not be let into this one's home: the programs then go beside the data, and the
   * data folder lets others through to what belongs to them.
   */
  static Machine with(Platform platform, Wrapping wrapping, DataFolder data) throws IOException {
    var beside = data.path().resolve("bin");
    if (wrapping.user().isEmpty()) {
      return new Machine(platform, Cache.shared(platform, beside), new Launcher(wrapping));
    }
    Folders.letThrough(data.path());
    return new Machine(platform, Cache.in(beside), new Launcher(wrapping));
  }
}
