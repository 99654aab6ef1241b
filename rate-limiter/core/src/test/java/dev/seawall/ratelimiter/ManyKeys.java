package dev.seawall.ratelimiter;

import dev.seawall.VirtualRuntime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends very many keys through one limiter that keeps 50,000, and says what it has found. A program of its own, so that it can be
 * run with a small heap: {@code java -Xmx64m -cp … dev.seawall.ratelimiter.ManyKeys 10000000}.
 *
 * <p>A key may be used once a second, and 49,000 new ones come in each, so as many are in use at once; a thousand more are in debt
 * all the time. So the limiter is full and nearly always has just one idle key to forget.
 */
final class ManyKeys {

    private static final int MOST = 50_000;
    private static final int IN_DEBT = 1_000;
    private static final int IN_USE = MOST - IN_DEBT;
    private static final long STEP = Duration.ofSeconds(1).toNanos() / IN_USE + 1;

    private static final RateLimiterConfig QUOTAS = RateLimiterConfig.builder()
            .limit(Limit.perSecond(10))
            .limit(Limit.daily(10_000))
            .limit(Limit.monthly(200_000))
            .build();

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final KeyedRateLimiter limiter;

    private ManyKeys(RateLimiterConfig config) {
        this.limiter = KeyedRateLimiter.of("many", String.class, key -> key, config, MOST, runtime);
    }

    public static void main(String[] arguments) {
        int keys = Integer.parseInt(arguments[0]);
        long empty = usedBytes();
        ManyKeys many = new ManyKeys(RateLimiterConfig.of(Limit.tokenBucket(1, Duration.ofSeconds(1))));
        many.send(keys);
        report(keys + " keys, with a rate each", many, empty);

        many = new ManyKeys(QUOTAS);
        many.fill();
        report(MOST + " keys, with a rate and two quotas each", many, empty);
        long start = System.nanoTime();
        SavedLimiter saved = many.limiter.save();
        long end = System.nanoTime();
        System.out.printf("%s, in %d ms%n", saved, (end - start) / 1_000_000);

        many = new ManyKeys(QUOTAS);
        start = System.nanoTime();
        many.limiter.restore(saved);
        end = System.nanoTime();
        check(many.limiter.keys() == MOST, "all of them again");
        System.out.printf("restored in %d ms%n", (end - start) / 1_000_000);
    }

    private static void report(String what, ManyKeys many, long empty) {
        long bytes = usedBytes() - empty;
        int kept = many.limiter.keys();
        System.out.printf(
                "%s: %d kept, %.1f MiB retained, %d B for each kept, most heap %d MiB%n",
                what,
                kept,
                bytes / 1048576.0,
                bytes / kept,
                Runtime.getRuntime().maxMemory() / 1048576);
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private void send(int keys) {
        for (int i = 0; i < IN_DEBT; i++) {
            limiter.limiter("debtor " + i).charge(1_000_000_000);
        }
        for (int i = 0; i < keys; i++) {
            runtime.advance(Duration.ofNanos(STEP));
            check(limiter.limiter("key " + i).tryAcquire(), "a limiter of its own for key " + i);
            check(limiter.keys() <= MOST, "no more keys than allowed");
        }
        for (int i = keys - IN_USE / 2; i < keys; i++) {
            check(!limiter.limiter("key " + i).tryAcquire(), "no other limiter while key is in use: " + i);
        }
        for (int i = 0; i < IN_DEBT; i++) {
            check(!limiter.limiter("debtor " + i).tryAcquire(), "debtor kept: " + i);
        }
        checkOverflow();
    }

    /** Without time passing all are in use sooner or later, and then new keys share a limiter, until one is idle again. */
    private void checkOverflow() {
        List<String> own = new ArrayList<>();
        int key = 0;
        while (limiter.limiter("late " + key).tryAcquire() && key < MOST) {
            own.add("late " + key);
            key++;
        }
        check(own.size() < 10, "hardly a key was idle, but found: " + own.size());
        check(!limiter.limiter("later still").tryAcquire(), "one limiter for all without room");
        runtime.advance(Duration.ofSeconds(1));
        check(limiter.limiter("later still").tryAcquire(), "a limiter of its own again");
        check(limiter.limiter("last").tryAcquire(), "a limiter of its own again");
    }

    private void fill() {
        for (int i = 0; i < MOST; i++) {
            check(limiter.limiter("key " + i).tryAcquire(), "a limiter of its own for key " + i);
        }
        check(limiter.limiter("one more").tryAcquire(10), "the shared one");
        check(!limiter.limiter("and more").tryAcquire(), "the shared one");
        runtime.advance(Duration.ofDays(1));
        check(!limiter.limiter("and more").tryAcquire(11), "the month is not over");
        check(limiter.keys() == MOST, "quotas keep their keys");
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("expected " + what);
        }
    }
}
