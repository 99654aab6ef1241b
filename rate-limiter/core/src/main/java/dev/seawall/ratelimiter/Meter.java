package dev.seawall.ratelimiter;

import org.jspecify.annotations.Nullable;

/**
 * Decides when permits may be used, and keeps what has been taken. All times are readings of the limiter's clock; a reading that
 * is a little older than one seen before does no harm.
 */
abstract class Meter {

    /** As a due time: more permits than there can ever be. */
    static final long NEVER = Long.MAX_VALUE;

    /** As a due time: the meter was closed, ask its successor. */
    static final long REPLACED = -1;

    /** As the latest time to take permits for: take none, only look. */
    static final long LOOK = Long.MIN_VALUE;

    /** Takes permits if they are there and nobody waits for them. Allocates nothing. A {@code false} is worth a second question. */
    abstract boolean tryTake(long permits, long now);

    /**
     * Takes permits that are due by a time.
     *
     * @param permits how many
     * @param now the time
     * @param latest the last time they may be due; later ones are not taken
     * @param piece told what was taken, if it may have to be given back
     * @return when they are due: {@code now} for at once; more than {@code latest} if they were not taken
     */
    abstract long take(long permits, long now, long latest, @Nullable Piece piece);

    /** Gives permits back that are not used. To be called once for each piece. */
    abstract void giveBack(Piece piece, long now);

    /** Takes permits whether there are any or not. Answers {@code false} if the meter was closed. */
    abstract boolean charge(long permits, long now);

    /** The most permits a call can ever get. */
    abstract long most();

    /** What is left, of the limit that is tightest. */
    abstract Quota quota(long now);

    /** Whether a new meter would be the same. */
    abstract boolean isIdle(long now);

    /** No later than when this will be {@link #isIdle idle}, if nothing is taken or given back; {@code now} if it is. */
    abstract long idleAt(long now);

    /** Gives no more permits, and says what has been used for the meter that follows. */
    abstract Carried close(long now);

    /** Begins with what a meter before it had used. */
    abstract void begin(Carried carried);

    /** Writes what is taken. Times count from the origin. */
    abstract void save(ByteWriter out, long origin);

    /** Goes on with what a meter of the same limits has written. The origin may have passed before the clock's first reading. */
    abstract void restore(ByteReader in, long origin, long now);
}
