package dev.orchestrix.bus;

/**
 * Executor to dispatcher: how many jobs you may have sent me in all. An absolute number, so that a
 * grant that is lost or comes twice does no harm.
 *
 * @param limit compared with {@link Assignment#sent()}
 */
public record Grant(int executor, long limit) {}
