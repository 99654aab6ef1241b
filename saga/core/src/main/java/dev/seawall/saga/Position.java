package dev.seawall.saga;

import dev.seawall.saga.SagaWrite.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a saga stands, and what of that is not written yet. Immutable; each change makes a new one.
 *
 * @param state what its steps work on
 * @param progress which steps were begun, done and undone
 * @param pastPivot whether the pivot is done, or may have had effect
 * @param end in which status it has ended or is parked; {@code null} while it is active
 * @param reason why it is parked, or what failed last
 * @param step the step it is at
 * @param log lines of its history that are not written yet
 * @param consumed signals whose use is not written yet
 */
record Position<S>(
        S state,
        Progress progress,
        boolean pastPivot,
        @Nullable SagaStatus end,
        @Nullable String reason,
        @Nullable String step,
        List<Entry> log,
        List<Long> consumed) {

    private static final int LONGEST_TEXT = 1_000;

    /** Whether it goes forward and can still be compensated. */
    boolean mayTurnBack() {
        return !pastPivot && !progress.isCompensating();
    }

    SagaStatus status() {
        if (end != null) {
            return end;
        }
        if (progress.isCompensating()) {
            return SagaStatus.COMPENSATING;
        }
        return pastPivot ? SagaStatus.PAST_PIVOT : SagaStatus.RUNNING;
    }

    Position<S> with(Progress next) {
        return new Position<>(state, next, pastPivot, end, reason, step, log, consumed);
    }

    Position<S> with(Mark mark) {
        return with(progress.with(mark));
    }

    Position<S> withState(S next) {
        return new Position<>(next, progress, pastPivot, end, reason, step, log, consumed);
    }

    Position<S> past() {
        return new Position<>(state, progress, true, end, reason, step, log, consumed);
    }

    Position<S> at(@Nullable String name) {
        return new Position<>(state, progress, pastPivot, end, reason, name, log, consumed);
    }

    Position<S> because(@Nullable String why) {
        return new Position<>(state, progress, pastPivot, end, cut(why), step, log, consumed);
    }

    Position<S> ended(@Nullable SagaStatus status) {
        return new Position<>(state, progress, pastPivot, status, reason, step, log, consumed);
    }

    Position<S> consumed(long signal) {
        List<Long> more = new ArrayList<>(consumed);
        more.add(signal);
        return new Position<>(state, progress, pastPivot, end, reason, step, log, List.copyOf(more));
    }

    Position<S> noted(@Nullable String of, String kind, int attempt, @Nullable String text) {
        List<Entry> more = new ArrayList<>(log);
        more.add(new Entry(of, kind, attempt, cut(text)));
        return new Position<>(state, progress, pastPivot, end, reason, step, List.copyOf(more), consumed);
    }

    /** The same once log and signals are written. */
    Position<S> written() {
        return new Position<>(state, progress, pastPivot, end, reason, step, List.of(), List.of());
    }

    static @Nullable String cut(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String clean = text.replaceAll("\\p{Cc}", " ");
        return clean.length() <= LONGEST_TEXT ? clean : clean.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
