package dev.orchestrix.http;

/** Gets the items of a batch in their order. */
interface ItemSink {

  /** One item, whole, between these places; the bytes are the caller's again afterwards. */
  void item(byte[] bytes, int from, int to);

  /** One item that is longer than an item may be; its bytes are gone. */
  void tooLong();
}
