package dev.seawall.retry;

import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keeps the retries of many calls to a share of the traffic, so that retrying cannot multiply the load on a dependency that
 * already fails. Give the same budget to all retries and hedges that go to one dependency; a {@link Hedge}'s further attempts
 * count as retries here.
 *
 * <p><b>What it guarantees:</b> since it was made, and whatever the interleaving,
 * <pre>    retries ≤ share × calls + burst + minimumPerSecond × seconds</pre>
 * Over any shorter period the same holds with one second more, for what the reserve had saved. A retry that the budget
 * refuses is not put off: the call ends with its last failure, or goes on with the attempts under way. A new budget is full: it
 * grants {@code burst} retries before the first call is counted.
 *
 * <p><b>What a call is:</b> each policy counts the calls that reach it. In a pipeline where a retry and a hedge inside it share
 * a budget, a call counts once for the retry and once more for each of its attempts, each of which is a call to the hedge.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 *
 * <p><b>Time:</b> the monotonic clock of its runtime, read when it is made and whenever the reserve is asked. While calls
 * succeed, a full budget costs them one volatile read each.
 */
public final class RetryBudget {

    /*
     * Two stores, each one word, asked one after the other.
     *
     * Tokens. Each call puts in `share` of a token, each retry takes a whole one. The store is full at `burst` tokens; what is
     * put into a full store is lost. So what has been taken out can never be more than what it started with (burst) and what
     * the calls have put in (share × calls). Both are counted in billionths of a token, the share rounded down: integer
     * arithmetic neither drifts nor grants a retry that the sum does not cover. A healthy service finds the store full and
     * writes nothing.
     *
     * Reserve. A service with little traffic would hardly earn a token: minimumPerSecond is for it. This is a token bucket in
     * the form of the generic cell rate algorithm: one point in time, `spent`, up to which all time has been used up. A retry
     * needs `interval` = 1 s / minimumPerSecond of unused time, and moves `spent` on by as much, never past now. Unused time
     * older than a second is lost. Since `spent` starts at the making of the budget and moves by a whole interval for each
     * grant, t seconds grant at most minimumPerSecond × t. Example with 10 per second, after a quiet minute: `spent` is
     * raised to now - 1 s, ten retries move it to now, the eleventh is refused, and 100 ms later there is one more.
     *
     * The reserve is asked only when no whole token is left, so the clock is read only then. Each word has a cache line of its
     * own, since in an outage all threads write them.
     */

    /** How many retries a budget holds, unless another number is set. */
    public static final int DEFAULT_BURST = 100;

    private static final int MOST_PER_SECOND = 1_000_000;
    private static final int LARGEST_BURST = 1_000_000;
    private static final double LARGEST_SHARE = 10;

    private static final int TOKEN_DIGITS = 9;
    private static final long TOKEN = 1_000_000_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final int TOKENS = 16;
    private static final int SPENT = 32;
    private static final int WORDS = 48;

    private final double share;
    private final int minimumPerSecond;
    private final int burst;
    private final ResilienceRuntime runtime;
    private final long deposit;
    private final long full;
    private final long interval;
    private final AtomicLongArray words = new AtomicLongArray(WORDS);

    private RetryBudget(double share, int minimumPerSecond, int burst, ResilienceRuntime runtime) {
        this.share = Require.between("share", share, 0, LARGEST_SHARE);
        this.minimumPerSecond = Require.between("minimumPerSecond", minimumPerSecond, 0, MOST_PER_SECOND);
        this.burst = Require.between("burst", burst, 0, LARGEST_BURST);
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.deposit = BigDecimal.valueOf(share).movePointRight(TOKEN_DIGITS).longValue();
        this.full = burst * TOKEN;
        this.interval = minimumPerSecond == 0 ? 0 : (SECOND + minimumPerSecond - 1) / minimumPerSecond;
        words.set(TOKENS, full);
        words.set(SPENT, runtime.now());
    }

    /**
     * A budget on the shared runtime's clock that holds {@value #DEFAULT_BURST} retries.
     *
     * @param share how many retries each call allows, from 0 to 10; 0.1 is a good start
     * @param minimumPerSecond how many retries are allowed in each second however few calls there are, from 0 to 1,000,000
     * @return a new, full budget
     */
    public static RetryBudget of(double share, int minimumPerSecond) {
        return of(share, minimumPerSecond, ResilienceRuntime.shared());
    }

    /**
     * A budget that holds {@value #DEFAULT_BURST} retries.
     *
     * @param share how many retries each call allows, from 0 to 10; 0.1 is a good start
     * @param minimumPerSecond how many retries are allowed in each second however few calls there are, from 0 to 1,000,000
     * @param runtime whose clock measures the seconds; pipelines that use the budget must have the same
     * @return a new, full budget
     */
    public static RetryBudget of(double share, int minimumPerSecond, ResilienceRuntime runtime) {
        return of(share, minimumPerSecond, DEFAULT_BURST, runtime);
    }

    /**
     * A budget.
     *
     * @param share how many retries each call allows, from 0 to 10; 0.1 is a good start
     * @param minimumPerSecond how many retries are allowed in each second however few calls there are, from 0 to 1,000,000
     * @param burst how many retries it holds at most, from 0 to 1,000,000
     * @param runtime whose clock measures the seconds; pipelines that use the budget must have the same
     * @return a new, full budget
     */
    public static RetryBudget of(double share, int minimumPerSecond, int burst, ResilienceRuntime runtime) {
        return new RetryBudget(share, minimumPerSecond, burst, runtime);
    }

    /**
     * How many retries each call allows.
     *
     * @return the share, from 0 to 10
     */
    public double share() {
        return share;
    }

    /**
     * How many retries are allowed in each second however few calls there are.
     *
     * @return from 0 to 1,000,000
     */
    public int minimumPerSecond() {
        return minimumPerSecond;
    }

    /**
     * How many retries the budget holds at most.
     *
     * @return from 0 to 1,000,000
     */
    public int burst() {
        return burst;
    }

    /**
     * How many retries the budget holds at this moment, beside those of the reserve.
     *
     * @return from 0 to {@link #burst()}
     */
    public int available() {
        return (int) (words.get(TOKENS) / TOKEN);
    }

    ResilienceRuntime runtime() {
        return runtime;
    }

    /** Counts a call, once however often it is attempted. */
    void deposit() {
        long tokens = words.get(TOKENS);
        while (tokens < full && !words.compareAndSet(TOKENS, tokens, Math.min(full, tokens + deposit))) {
            Thread.onSpinWait();
            tokens = words.get(TOKENS);
        }
    }

    /** Pays for one retry, if there is anything left to pay with. */
    boolean tryWithdraw() {
        long tokens = words.get(TOKENS);
        while (tokens >= TOKEN) {
            if (words.compareAndSet(TOKENS, tokens, tokens - TOKEN)) {
                return true;
            }
            Thread.onSpinWait();
            tokens = words.get(TOKENS);
        }
        return interval != 0 && tryReserve(runtime.now());
    }

    private boolean tryReserve(long now) {
        while (true) {
            long spent = words.get(SPENT);
            long after = Math.max(spent, now - SECOND) + interval;
            if (after > now) {
                return false;
            }
            if (words.compareAndSet(SPENT, spent, after)) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * The settings and what is left.
     *
     * @return such as {@code budget of 0.1 retries a call and 10 a second, 100 of 100 held}
     */
    @Override
    public String toString() {
        return "budget of " + share + " retries a call and " + minimumPerSecond + " a second, " + available() + " of "
                + burst + " held";
    }
}
