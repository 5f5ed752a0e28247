package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.Settings;
import io.vertx.core.eventbus.EventBusOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LinkingNodesTest {
  @Test
  void without_certificates_the_bus_is_as_vertx_has_it() {
    var plain = new Settings.Cluster("10.0.0.1", 5701, 0, 7000, 7001, List.of(), Optional.empty());

    assertThat(BusLink.options(plain).toJson())
        .isEqualTo(
            new EventBusOptions()
                .setHost("10.0.0.1")
                .setPort(7000)
                .setClusterPublicHost("10.0.0.1")
                .setClusterPublicPort(7001)
                .toJson());
  }
}
