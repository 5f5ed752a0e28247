package dev.orchestrix.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingLastWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FATAL:  could not write lock file "postmaster.pid": No space left on device | disk is full
          postgres: error while loading shared libraries: libstdc++.so.6: cannot open shared object file | library libstdc++.so.6 is missing or damaged
          dyld[1]: Library not loaded: /opt/homebrew/opt/openssl@3/lib/libssl.3.dylib | openssl@3/lib/libssl.3.dylib is missing or damaged
          /lib/libc.so.6: version `GLIBC_2.34' not found (required by redis-server) | older than GLIBC_2.34
          FATAL:  data directory "/x" has invalid permissions | mode 0700
          initdb: error: could not access directory "/x": Permission denied | let that user in
          FATAL:  could not map anonymous shared memory: Cannot allocate memory | not enough free memory
          FATAL:  configuration file "/x/postgresql.auto.conf" contains errors | Correct postgresql.conf
          PANIC:  could not locate a valid checkpoint record at 0/1 | restore a backup
          """)
  void the_known_reasons_come_with_what_to_do(String words, String advice) {
    assertThat(Diagnosis.of("Postgres", Path.of("/x"), words)).contains(advice).contains(words);
  }

  @Test
  void an_unknown_reason_is_told_in_the_servers_words_the_last_ones() {
    var words = "one\ntwo\nthree\nfour\nfive\nsix\n\nseven\n";

    assertThat(Diagnosis.of("Redis", Path.of("/data/redis"), words))
        .isEqualTo(
            "Redis did not start in /data/redis. Its log says why; the data was not changed."
                + " It said: two | three | four | five | six | seven");
  }

  @Test
  void a_server_that_said_nothing_is_told_of_as_well() {
    assertThat(Diagnosis.of("Redis", Path.of("/data/redis"), "")).endsWith("It said: nothing.");
  }
}
