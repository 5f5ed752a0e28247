package dev.orchestrix.config;

import java.nio.file.Path;
import java.util.List;

/** The settings about how nodes find and trust each other: a part of {@link SettingsTable}. */
final class ClusterSettings {
  private static final Rows ROWS = new Rows();

  static final Setting<String> HOST =
      ROWS.row(
          "cluster.host", Kind.host(), "127.0.0.1", "The address other nodes reach this one at.");

  static final Setting<Integer> PORT =
      ROWS.row(
          "cluster.port",
          Kind.integer(0, 65_535),
          "5701",
          "The first port to try for other nodes; 0 for a free one.");

  static final Setting<Integer> PUBLIC_PORT =
      ROWS.row(
          "cluster.public_port",
          Kind.integer(0, 65_535),
          "0",
          "The port others reach cluster.port at, if it is mapped; 0 for the same.");

  static final Setting<Integer> BUS_PORT =
      ROWS.row(
          "cluster.bus_port",
          Kind.integer(0, 65_535),
          "0",
          "The port for messages of other nodes; 0 for a free one.");

  static final Setting<Integer> PUBLIC_BUS_PORT =
      ROWS.row(
          "cluster.public_bus_port",
          Kind.integer(0, 65_535),
          "0",
          "The port others reach cluster.bus_port at, if it is mapped; 0 for the same.");

  static final Setting<List<String>> MEMBERS =
      ROWS.row(
          "cluster.members",
          Kind.endpoints(),
          "",
          "Some nodes of the cluster to join; empty for a node that stays alone.");

  static final Setting<Path> TLS_CERTIFICATE =
      ROWS.without(
          "cluster.tls_certificate",
          PemKinds.certificates(),
          "PEM file with the certificate that this node shows to other nodes, as client and as"
              + " server, and those that lead to cluster.tls_ca. With it, messages between nodes"
              + " are TLS; Hazelcast's membership on cluster.port is not, and has to stay in a"
              + " private network.");

  static final Setting<Path> TLS_KEY =
      ROWS.without(
          "cluster.tls_key",
          PemKinds.key(),
          "PEM file with the private key of cluster.tls_certificate.");

  static final Setting<Path> TLS_CA =
      ROWS.without(
          "cluster.tls_ca",
          PemKinds.certificates(),
          "PEM file with who signs the certificates of nodes, and of nobody else: whoever has one"
              + " of them is a node.");

  static final List<Setting<?>> ALL = ROWS.all();

  private ClusterSettings() {}
}
