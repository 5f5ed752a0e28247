package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;

/** One command at a time, over a connection of its own. */
final class RedisWords {
  /** The first line of the answer, with its type character. */
  static String say(URI redis, String command) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), redis.getPort())) {
      var words = "AUTH " + redis.getUserInfo().substring(1) + "\r\n" + command + "\r\n";
      socket.getOutputStream().write(words.getBytes(US_ASCII));
      var answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      return answers.readLine().equals("+OK") ? answers.readLine() : "wrong password";
    } catch (IOException e) {
      throw new AssertionError(command, e);
    }
  }

  private RedisWords() {}
}
