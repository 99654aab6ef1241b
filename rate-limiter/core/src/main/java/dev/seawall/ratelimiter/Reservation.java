package dev.seawall.ratelimiter;

import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Permits taken for a time, now or later. Use them when they are due, or {@linkplain #cancel() cancel}; permits used late may
 * coincide with those of others.
 *
 * <p><b>Threads:</b> safe for any number of threads; may be cancelled on another thread than it was made.
 */
public final class Reservation {

    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final Lender lender;
    private final Piece piece;
    private final long permits;
    private final long due;

    Reservation(Lender lender, Piece piece, long permits, long due) {
        this.lender = lender;
        this.piece = piece;
        this.permits = permits;
        this.due = due;
    }

    /**
     * How many permits were taken.
     *
     * @return at least 1
     */
    public long permits() {
        return permits;
    }

    /**
     * How long it is from now until the permits are due.
     *
     * @return zero if they are
     */
    public Duration delay() {
        return Duration.ofNanos(Math.max(0, due - lender.runtime().now()));
    }

    /**
     * Waits until the permits are due. Returns at once if they are.
     *
     * @throws dev.seawall.CallInterruptedException if the thread is interrupted while it waits; its flag is set, and the permits
     *     are given back
     * @throws RateLimitedException if the runtime was closed meanwhile; the permits are given back
     */
    public void await() {
        lender.await(this, null, lender.runtime(), lender.runtime().now());
    }

    /**
     * Gives the permits back, once. Not yet due, they are free for others again at the time they were promised for. Already due,
     * they are as far as the limit has not issued them anew meanwhile: a bucket that is full does not overflow, and a window
     * that has passed is not opened again. Permits of limits that were changed since are not given back.
     *
     * @return {@code false} if that was done before
     */
    public boolean cancel() {
        if (!cancelled.compareAndSet(false, true)) {
            return false;
        }
        lender.giveBack(piece, permits);
        return true;
    }

    void await(@Nullable Scope scope, ResilienceRuntime clock) {
        lender.await(this, scope, clock, clock.now());
    }

    long due() {
        return due;
    }

    @Override
    public String toString() {
        return permits + (permits == 1 ? " permit" : " permits") + " of '" + lender.name() + "'"
                + (cancelled.get() ? ", cancelled" : "");
    }
}
