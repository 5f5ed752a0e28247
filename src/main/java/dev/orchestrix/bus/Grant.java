package dev.orchestrix.bus;

/** Executor to dispatcher: so many more slots of mine are yours to fill. */
public record Grant(int executor, int slots) {}
