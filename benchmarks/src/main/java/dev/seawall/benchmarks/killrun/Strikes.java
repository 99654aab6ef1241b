package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.test.Killer;
import dev.seawall.test.Killer.Deed;
import java.io.IOException;
import java.time.Duration;

/** Waits until enough processes were killed, and kills the database in between. */
final class Strikes {

    static final Duration LOOK = Duration.ofMillis(20);
    static final Duration COMES_BACK_WITHIN = Duration.ofSeconds(90);

    private static final Duration PROGRESS = Duration.ofSeconds(5);

    /** What goes on meanwhile. */
    interface Work {

        /** How much was done; grows as long as anything goes on. */
        long done() throws IOException, InterruptedException;

        /** Says how far it is. */
        void tell(Killer killer, int crashes) throws IOException;
    }

    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final int kills;
    private final int crashes;
    private final Duration most;
    private final Postgres postgres;
    private final Work work;
    private int crashed;
    private long worstResumeNanos;

    Strikes(int kills, int crashes, Duration most, Postgres postgres, Work work) {
        this.kills = kills;
        this.crashes = crashes;
        this.most = most;
        this.postgres = postgres;
        this.work = work;
    }

    int crashed() {
        return crashed;
    }

    /** The longest time until something was done after the killed database accepted connections again. */
    long worstResumeNanos() {
        return worstResumeNanos;
    }

    void await(Killer killer) throws InterruptedException, IOException {
        long until = runtime.now() + most.toNanos();
        long shown = runtime.now();
        while (killer.count(Deed.KILLED) < kills) {
            if (runtime.now() > until) {
                throw new IllegalStateException("only " + killer + " within " + most);
            }
            runtime.sleep(LOOK.toNanos());
            if (killer.count(Deed.KILLED) >= dueForCrash()) {
                crash();
            }
            if (runtime.now() - shown > PROGRESS.toNanos()) {
                shown = runtime.now();
                work.tell(killer, crashed);
            }
        }
    }

    /** In the middle of its share of the kills. */
    private long dueForCrash() {
        return crashed >= crashes ? Long.MAX_VALUE : (2L * crashed + 1) * kills / (2L * crashes);
    }

    private void crash() throws IOException, InterruptedException {
        crashed++;
        postgres.crash();
        long accepts = runtime.now();
        awaitDone(work.done() + 1);
        worstResumeNanos = Math.max(worstResumeNanos, runtime.now() - accepts);
    }

    void awaitDone(long wanted) throws IOException, InterruptedException {
        long until = runtime.now() + COMES_BACK_WITHIN.toNanos();
        while (work.done() < wanted) {
            if (runtime.now() > until) {
                throw new IllegalStateException("nothing is done any more: " + work.done() + " of " + wanted);
            }
            runtime.sleep(LOOK.toNanos());
        }
    }
}
