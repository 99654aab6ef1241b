package dev.seawall.test;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Policy;
import dev.seawall.Scope;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Stands beside a policy under test and keeps what it is told, one end too many included. */
final class Probe implements Policy {

    private final Queue<Long> readings = new ConcurrentLinkedQueue<>();
    private final Queue<Object> ends = new ConcurrentLinkedQueue<>();

    /** The clock readings that calls came with, in the order in which they came. */
    Queue<Long> readings() {
        return readings;
    }

    /** Results and failures of asynchronous calls in the order in which they came. */
    Queue<Object> ends() {
        return ends;
    }

    @Override
    public String name() {
        return "probe";
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new Layer(next, scope) {
            @Override
            public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                readings.add(now);
                return next.call(call, subject, now, deadline);
            }

            @Override
            public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                    CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                readings.add(now);
                return next.<S, T>callAsync(call, subject, now, deadline, (result, failure) -> {
                    ends.add(failure != null ? failure : result != null ? result : "null");
                    done.end(result, failure);
                });
            }
        };
    }
}
