package dev.seawall.retry;

import dev.seawall.Scope;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How a hedged call stands.
 *
 * @param newest the attempt entered last, which leads to the others
 * @param running how many have not ended
 * @param open whether another one may be entered
 * @param lost those that ended without success, the latest first
 * @param answer how the call ended, once it has
 * @param <T> what it answers with
 */
record Standing<T extends @Nullable Object>(
        Runner newest,
        int running,
        boolean open,
        @Nullable End<T> lost,
        @Nullable End<T> answer) {

    /** An attempt. Its value is its phase, 0 while it runs. */
    @SuppressWarnings("serial") // never serialized; extends to save an object
    abstract static class Runner extends AtomicInteger {

        final int number;
        final @Nullable Runner before;

        Runner(int number, @Nullable Runner before) {
            this.number = number;
            this.before = before;
        }

        /** Ends it early, if it still runs; whoever runs it hears of that once. */
        abstract void cancel();

        /** Marks it as ended. Returns {@code false} if it was before. */
        abstract boolean leave();
    }

    /**
     * How an attempt ended.
     *
     * @param success whether it is what the call was made for
     * @param before another one that ended earlier
     */
    record End<T extends @Nullable Object>(
            int number,
            boolean success,
            @Nullable T value,
            @Nullable Throwable failure,
            @Nullable End<T> before) {

        /** Whether a policy further inside let it run. */
        private boolean ran(Scope scope) {
            return failure == null || !scope.isOwnRejection(failure);
        }
    }

    static <T extends @Nullable Object> Standing<T> of(Runner first) {
        return new Standing<>(first, 1, true, null, null);
    }

    Standing<T> entered(Runner attempt) {
        return new Standing<>(attempt, running + 1, true, lost, null);
    }

    Standing<T> closed() {
        return new Standing<>(newest, running, false, lost, answer);
    }

    Standing<T> answered(End<T> end) {
        return new Standing<>(newest, running, false, lost, end);
    }

    /** An attempt ended without success. If it was the last one under way, the call has ended as well. */
    Standing<T> lost(End<T> end, Scope scope) {
        End<T> all = new End<>(end.number, false, end.value, end.failure, lost);
        Standing<T> then = new Standing<>(newest, running - 1, open, all, null);
        return then.running > 0 ? then : then.answered(then.best(scope));
    }

    /** The first attempt that ran, or the first one if none did. */
    End<T> best(Scope scope) {
        End<T> best = Objects.requireNonNull(lost);
        for (End<T> end = best.before; end != null; end = end.before) {
            boolean ran = end.ran(scope);
            if (ran == best.ran(scope) ? end.number < best.number : ran) {
                best = end;
            }
        }
        return best;
    }

    @Nullable
    End<T> lost(int number) {
        End<T> end = lost;
        while (end != null && end.number != number) {
            end = end.before;
        }
        return end;
    }

    /** Cancels the attempts that still run, except the one that called this. */
    void cancelAll(@Nullable Runner except) {
        for (Runner attempt = newest; attempt != null; attempt = attempt.before) {
            if (!attempt.equals(except)) {
                attempt.cancel();
            }
        }
    }

    /** How the call ended. If that is an exception, those of the other attempts are then suppressed on it. */
    End<T> ending() {
        End<T> ending = Objects.requireNonNull(answer);
        Throwable thrown = ending.failure;
        if (thrown != null && lost != null) {
            Failures others = new Failures();
            for (int number = 1; number <= newest.number; number++) {
                End<T> other = lost(number);
                if (other != null && other.failure != null) {
                    others.add(other.failure);
                }
            }
            others.suppressOn(thrown, null);
        }
        return ending;
    }
}
