package dev.seawall.retry;

import org.jspecify.annotations.Nullable;

/** A further attempt that a thread is running, inside those it was running before. Threads on a first attempt have none. */
record Running(
        DefaultRetry retry, Attempt attempt, @Nullable Running outer) {

    private static final ThreadLocal<@Nullable Running> INNERMOST = new ThreadLocal<>();

    static Running enter(DefaultRetry retry, Attempt attempt) {
        Running running = new Running(retry, attempt, INNERMOST.get());
        INNERMOST.set(running);
        return running;
    }

    void leave() {
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
    }

    /** The attempt of a retry that the calling thread is running. */
    static Attempt of(DefaultRetry retry) {
        Running running = INNERMOST.get();
        while (running != null && running.retry != retry) {
            running = running.outer;
        }
        return running == null ? Attempt.FIRST : running.attempt;
    }
}
