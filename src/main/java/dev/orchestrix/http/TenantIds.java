package dev.orchestrix.http;

import java.util.regex.Pattern;

/** What the id of a tenant may look like. */
final class TenantIds {
  static final String EXPECTED =
      "1 to 64 characters of a-z 0-9 _ -, the first and last a letter or digit";

  private static final Pattern SLUG = Pattern.compile("[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?");

  static boolean valid(String id) {
    return SLUG.matcher(id).matches();
  }

  private TenantIds() {}
}
