package dev.seawall.benchmarks.killrun;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.seawall.benchmarks.killrun.Caller.Pace;
import dev.seawall.test.ChildJvm;
import dev.seawall.test.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Threads that send requests. A new key comes every {@value IdempotencyPlan#NEW_KEY_NANOS} ns, by the clock that all processes of
 * the machine share, and most calls go to the newest few keys, so that callers of all processes race for them.
 */
final class CallerProcess {

    /** The usual request of a key, and another one that must not get its answer. */
    static final List<String> VARIANTS = List.of("usual", "other");

    /** What a process says when it has its first answer. */
    static final String WORKS = "works";

    private static final double OTHER_VARIANT = 0.08;
    private static final double LATER = 0.15;
    private static final double MUCH_LATER = 0.05;
    private static final int WHILE = 250; // keys
    private static final int MOST_UNANSWERED = 16;
    private static final int CONNECTIONS = IdempotencyPlan.CALLERS + 2; // renewals, besides callers

    private final Caller caller;
    private final long start;
    private final AtomicBoolean answered = new AtomicBoolean();

    private CallerProcess(Caller caller, long start) {
        this.caller = caller;
        this.start = start;
    }

    /** {@code args}: port of the database, name, folder of the history, begin of the run, seed, defect. */
    public static void main(String[] args) throws InterruptedException, IOException {
        ChildJvm.exitWithParent();
        Defect defect = Defect.valueOf(args[5]);
        try (HikariDataSource pool = pool(Integer.parseInt(args[0]), args[1], CONNECTIONS)) {
            Caller caller = new Caller(pool, KeyLog.in(Path.of(args[2])), defect, Pace.ROUGH);
            CallerProcess process = new CallerProcess(caller, Long.parseLong(args[3]));
            SeededRandom seeds = new SeededRandom(
                    Long.parseLong(args[4]) ^ ProcessHandle.current().pid());
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < IdempotencyPlan.CALLERS; i++) {
                SeededRandom random = new SeededRandom(seeds.nextLong());
                threads.add(new Thread(() -> process.call(random), "caller-" + i));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /** Connections that give up soon on a network that is broken. */
    static HikariDataSource pool(int port, String name, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Postgres.url(port, name) + "&connectTimeout=2&socketTimeout=2");
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(2_000);
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** As clients do, it comes back for what it got no answer to, and at last gives up on it. */
    private void call(SeededRandom random) {
        Deque<String> unanswered = new ArrayDeque<>();
        while (true) {
            boolean again = !unanswered.isEmpty() && random.nextBoolean();
            String key = again ? unanswered.remove() : newKey(random);
            String variant = VARIANTS.get(random.chance(OTHER_VARIANT) ? 1 : 0);
            if (caller.call(key, variant, random) != null) {
                told();
            } else {
                unanswered.add(key);
                if (unanswered.size() > MOST_UNANSWERED) {
                    unanswered.remove();
                }
            }
        }
    }

    private void told() {
        if (answered.compareAndSet(false, true)) {
            System.out.println(WORKS);
        }
    }

    private String newKey(SeededRandom random) {
        return (random.nextBoolean() ? Caller.IN_TRANSACTION : Caller.BY_CLAIM) + number(random);
    }

    private long number(SeededRandom random) {
        long newest = (System.nanoTime() - start) / IdempotencyPlan.NEW_KEY_NANOS;
        double luck = random.nextDouble();
        long back = luck < MUCH_LATER
                ? random.nextLong(newest + 1)
                : random.nextInt(luck < MUCH_LATER + LATER ? WHILE : IdempotencyPlan.TOGETHER);
        return Math.max(0, newest - back);
    }
}
