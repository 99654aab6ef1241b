package dev.seawall.benchmarks.overload;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What became of each call, by its number. Times are nanoseconds since the start of the run. */
final class Calls {

    private final long[] due;
    private final long[] started;
    private final long[] ended;
    private final AtomicReferenceArray<End> ends; // written last, so whoever sees an end sees its times

    Calls(int number) {
        due = new long[number];
        started = new long[number];
        ended = new long[number];
        ends = new AtomicReferenceArray<>(number);
    }

    /** Records the end of a call. */
    void ended(int call, long due, long started, long ended, End end) {
        this.due[call] = due;
        this.started[call] = started;
        this.ended[call] = ended;
        ends.set(call, end);
    }

    int number() {
        return due.length;
    }

    /** How a call ended; {@code null} if it has not. */
    End end(int call) {
        return ends.get(call);
    }

    long due(int call) {
        return due[call];
    }

    /** From the moment the call was made. */
    long tookNanos(int call) {
        return ended[call] - started[call];
    }

    /** From the moment the call was due. */
    long waitedNanos(int call) {
        return ended[call] - due[call];
    }

    private IntStream with(Predicate<End> wanted) {
        return IntStream.range(0, number()).filter(call -> end(call) != null && wanted.test(end(call)));
    }

    int count(Predicate<End> wanted) {
        return (int) with(wanted).count();
    }

    int withoutEnd() {
        return number() - count(end -> true);
    }

    /** How long calls that ended in such a way took from the moment they were made. */
    Percentiles took(Predicate<End> wanted) {
        return Percentiles.of(with(wanted).mapToLong(this::tookNanos));
    }

    /** How long their callers waited from the moment the calls were due, if that lies between two points in time. */
    Percentiles waited(long fromNanos, long untilNanos, Predicate<End> wanted) {
        return Percentiles.of(with(wanted)
                .filter(call -> due[call] >= fromNanos && due[call] < untilNanos)
                .mapToLong(this::waitedNanos));
    }

    /** How late calls were begun. */
    Percentiles late() {
        return Percentiles.of(with(end -> true).mapToLong(call -> started[call] - due[call]));
    }

    String csv() {
        StringBuilder lines = new StringBuilder("call,due_us,started_us,ended_us,end\n");
        for (int call = 0; call < number(); call++) {
            lines.append(call);
            for (long[] times : Arrays.asList(due, started, ended)) {
                lines.append(',').append(times[call] / 1_000);
            }
            lines.append(',').append(end(call)).append('\n');
        }
        return lines.toString();
    }
}
