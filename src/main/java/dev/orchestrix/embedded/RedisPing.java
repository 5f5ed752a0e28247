package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Whether the Redis at a port is up and the one that has our password. */
final class RedisPing {
  private static final int PATIENCE_MILLIS = 1_000;

  static boolean answers(int port, String password) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      var words = "AUTH " + password + "\r\nPING\r\n";
      socket.getOutputStream().write(words.getBytes(US_ASCII));
      var answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      return "+OK".equals(answers.readLine()) && "+PONG".equals(answers.readLine());
    } catch (IOException _) {
      return false;
    }
  }

  private RedisPing() {}
}
