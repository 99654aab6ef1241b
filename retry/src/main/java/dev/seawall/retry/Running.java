package dev.seawall.retry;

import dev.seawall.Policy;
import org.jspecify.annotations.Nullable;

/** A further attempt that a thread is running, inside those it was running before. Threads on a first attempt have none. */
record Running(Policy policy, Attempt attempt, @Nullable Running outer) {

    private static final ThreadLocal<@Nullable Running> INNERMOST = new ThreadLocal<>();

    static Running enter(Policy policy, Attempt attempt) {
        Running running = new Running(policy, attempt, INNERMOST.get());
        INNERMOST.set(running);
        return running;
    }

    void leave() {
        become(outer);
    }

    /** What the calling thread is running. */
    static @Nullable Running innermost() {
        return INNERMOST.get();
    }

    /** Makes the calling thread run what another one was running, or what it was running itself before that. */
    static void become(@Nullable Running running) {
        if (running == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(running);
        }
    }

    /** The attempt of a policy that the calling thread is running. */
    static Attempt of(Policy policy) {
        Running running = INNERMOST.get();
        while (running != null && !running.policy.equals(policy)) {
            running = running.outer;
        }
        return running == null ? Attempt.FIRST : running.attempt;
    }
}
