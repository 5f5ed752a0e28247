package dev.orchestrix.config;

/** What came of reading the text of a setting. */
sealed interface Reading<T> {

  record Fit<T>(T value) implements Reading<T> {}

  /**
   * @param expectation what the text should have been, to follow the word "expected"
   */
  record Unfit<T>(String expectation) implements Reading<T> {}
}
