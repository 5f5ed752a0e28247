package dev.orchestrix.handler;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses belong to the public internet. Everything else (this host, its networks, the
 * clouds' metadata services, addresses that stand for such ones in another protocol) is private.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry/">IPv4 registry</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry/">IPv6 registry</a>
 */
final class PublicAddress {

  private static final List<Network> PRIVATE_4 =
      networks(
          "0.0.0.0/8", // this network, unspecified
          "10.0.0.0/8", // private
          "100.64.0.0/10", // shared by a carrier's customers; Alibaba's metadata
          "127.0.0.0/8", // loopback
          "168.63.129.16/32", // Azure's metadata
          "169.254.0.0/16", // link-local; metadata of most clouds
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments; Oracle's metadata
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays, deprecated
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, broadcast

  /** The only part of IPv6 that is given out; loopback, unique-local and so on lie outside. */
  private static final Network GLOBAL_6 = Network.of("2000::/3");

  private static final List<Network> PRIVATE_6 =
      networks(
          "2001::/23", // protocol assignments, among them Teredo
          "2001:db8::/32", // documentation
          "3fff::/20"); // documentation

  /** IPv4 in the last four bytes. A host with IPv6 alone reaches IPv4 servers like this. */
  private static final Network NAT64 = Network.of("64:ff9b::/96");

  /** IPv4 in the bytes after the first two. */
  private static final Network SIX_TO_FOUR = Network.of("2002::/16");

  static boolean isPublic(InetAddress address) {
    var bytes = address.getAddress();
    // Java has turned ::ffff:1.2.3.4 into 1.2.3.4 by now
    return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] bytes) {
    return PRIVATE_4.stream().noneMatch(network -> network.holds(bytes));
  }

  private static boolean isPublic6(byte[] bytes) {
    if (NAT64.holds(bytes)) {
      return isPublic4(Arrays.copyOfRange(bytes, 12, 16));
    }
    if (SIX_TO_FOUR.holds(bytes)) {
      return isPublic4(Arrays.copyOfRange(bytes, 2, 6));
    }
    return GLOBAL_6.holds(bytes) && PRIVATE_6.stream().noneMatch(network -> network.holds(bytes));
  }

  private static List<Network> networks(String... texts) {
    return Stream.of(texts).map(Network::of).toList();
  }

  /**
   * @param prefix how many leading bits an address shares with {@code start}
   */
  private record Network(ByteBuffer start, int prefix) {

    static Network of(String text) {
      int slash = text.indexOf('/');
      var start = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
      return new Network(ByteBuffer.wrap(start), Integer.parseInt(text.substring(slash + 1)));
    }

    boolean holds(byte[] address) {
      for (int bit = 0; bit < prefix; bit++) {
        int mask = 0x80 >> (bit % 8);
        if (((address[bit / 8] ^ start.get(bit / 8)) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private PublicAddress() {}
}
