package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.execute.HandlerException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 127.0.0.1 is the private network here. Where a test needs a public one, 127.0.0.2 is it, so that
 * nothing leaves the machine.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RefusingPrivateAddressesTest {
  private static final InetAddress PRIVATE = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress PUBLIC = InetAddress.ofLiteral("127.0.0.2");

  private final TestServer internal = new TestServer();
  private final TestServer reachable = new TestServer("127.0.0.2", internal.port());

  @BeforeEach
  void answer() {
    internal.page("/", 200, "secrets");
    reachable.page("/", 200, "public", "Connection: close");
  }

  @AfterEach
  void stop() {
    internal.close();
    reachable.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "2130706433",
        "localhost",
        "LOCALHOST",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1%251]",
        "10.0.0.1",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "224.0.0.1",
        "[ff02::1]",
      })
  void a_handler_that_was_told_nothing_calls_none(String host) {
    assertRefused(run(new HttpHandler(), "http://" + host + ":" + internal.port() + "/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.1",
        "localhost.",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①"
      })
  void spellings_that_only_some_parsers_know_reach_nothing_either(String host) {
    assertThat(run(new HttpHandler(), "http://" + host + ":" + internal.port() + "/"))
        .isInstanceOf(HandlerException.class);
    assertThat(internal.requests()).isEmpty();
  }

  @Test
  void settings_that_allow_them_let_them_through() throws Exception {
    var http = new HttpHandler();
    http.start(
        new Settings.Handlers(new Settings.HttpClient(true), new Settings.Shell(false, List.of())));

    assertThat(http.run(job(internal.url("/")))).contains("secrets");
  }

  @Test
  void settings_that_do_not_keep_them_out() {
    var http = new HttpHandler();
    http.start(
        new Settings.Handlers(
            new Settings.HttpClient(false), new Settings.Shell(false, List.of())));

    assertRefused(job(internal.url("/")).failIn(http));
  }

  @Test
  void a_public_name_that_means_a_private_address_is_refused() {
    var http = new HttpHandler(_ -> new InetAddress[] {PRIVATE});

    assertRefused(run(http, named()));
  }

  @Test
  void a_name_is_connected_to_where_it_was_checked_whatever_it_means_a_moment_later()
      throws Exception {
    var answers = new ConcurrentLinkedQueue<>(List.of(PUBLIC, PRIVATE));
    var http = only127002(_ -> new InetAddress[] {answers.remove()});

    assertThat(http.run(job(named()))).contains("public");
    assertThat(answers).containsExactly(PRIVATE);
    assertRefused(job(named()).failIn(http));
  }

  @Test
  void of_several_addresses_only_the_public_ones_are_called() throws Exception {
    var http = only127002(_ -> new InetAddress[] {PRIVATE, PUBLIC, PRIVATE});

    assertThat(http.run(job(named()))).contains("public");
    assertThat(internal.requests()).isEmpty();
  }

  @Test
  void a_redirect_to_a_private_address_is_refused() {
    var http = only127002(InetAddress::getAllByName);
    reachable.page("/start", 302, "", "Location: " + internal.url("/"));

    assertRefused(run(http, reachable.url("/start")));
    assertThat(reachable.requests()).hasSize(1);
  }

  @Test
  void a_redirect_to_a_name_that_means_a_private_address_is_refused() {
    var http =
        only127002(host -> new InetAddress[] {host.startsWith("internal") ? PRIVATE : PUBLIC});
    reachable.page("/start", 302, "", "Location: http://internal.example:" + internal.port());

    assertRefused(run(http, named() + "start"));
    assertThat(reachable.requests()).hasSize(1);
  }

  private void assertRefused(HandlerException failure) {
    assertThat(failure.category()).isEqualTo(ErrorCategory.REJECTED);
    assertThat(failure.isRetryable()).isFalse();
    assertThat(failure).hasMessageContaining("not public address");
    assertThat(internal.requests()).isEmpty();
  }

  private String named() {
    return "http://name.example:" + internal.port() + "/";
  }

  private static HttpHandler only127002(GuardedResolver.Lookup lookup) {
    var http = new HttpHandler(lookup);
    http.permit(PUBLIC::equals);
    return http;
  }

  private static HandlerException run(HttpHandler http, String url) {
    return job(url).failIn(http);
  }

  private static TestJob job(String url) {
    return TestJob.of("{\"method\": \"GET\", \"url\": \"" + url + "\"}");
  }
}
