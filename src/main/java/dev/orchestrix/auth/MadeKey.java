package dev.orchestrix.auth;

/**
 * A key that was just made.
 *
 * @param text what its owner has to send: it is kept nowhere, and never told again
 */
public record MadeKey(ApiKey key, String text) {}
