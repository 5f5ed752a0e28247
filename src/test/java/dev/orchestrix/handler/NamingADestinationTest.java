package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NamingADestinationTest {

  @Test
  void it_is_the_host_and_the_port_whatever_else_is_in_the_payload() {
    assertThat(named("{\"body\": {\"url\": 1, \"a\": [{}]}, \"url\": \"https://Example.com/a?b\"}"))
        .isEqualTo("example.com:443");
    assertThat(named("{\"url\": \"http://10.0.0.1:81/\", \"body\": \"x\"}"))
        .isEqualTo("10.0.0.1:81");
    assertThat(named("{\"url\": \"HTTP://[::1]\"}")).isEqualTo("[::1]:80");
  }

  @Test
  void a_payload_that_will_be_refused_has_none() {
    assertThat(named("{}")).isNull();
    assertThat(named("[1]")).isNull();
    assertThat(named("{\"url\": 1}")).isNull();
    assertThat(named("{\"url\": \"ftp://example.com/\"}")).isNull();
    assertThat(named("no JSON")).isNull();
  }

  private static @Nullable String named(String payload) {
    return new HttpHandler().destination(payload);
  }
}
