package dev.seawall.retry;

import dev.seawall.CallRejectedException;
import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Policy;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A policy that notes when calls reach it, and rejects those it is told to, by their number. */
final class Gate implements Policy {

    static final class Closed extends CallRejectedException {

        private static final long serialVersionUID = 1L;

        Closed(@Nullable Scope scope, @Nullable Duration hint) {
            super("gate", scope, hint == null ? NO_HINT : hint.toNanos());
        }

        @Override
        public String reason() {
            return "the gate is closed";
        }
    }

    private record Rule(int call, @Nullable Duration hint) {}

    private final List<Rule> rules = new ArrayList<>();
    final List<Closed> rejections = new ArrayList<>();
    final List<Long> times = new ArrayList<>();
    private int calls;

    /** Rejects a call, counted from 1, with or without saying when to come back. */
    Gate reject(int call, @Nullable Duration hint) {
        rules.add(new Rule(call, hint));
        return this;
    }

    /** Forgets rules and calls. */
    void clear() {
        rules.clear();
        times.clear();
        calls = 0;
    }

    @Override
    public String name() {
        return "gate";
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new Layer(next, scope) {
            @Override
            public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                Closed rejection = rejection(scope);
                if (rejection != null) {
                    throw rejection;
                }
                return next.call(call, subject, now, deadline);
            }

            @Override
            public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                    CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                Closed rejection = rejection(scope);
                if (rejection != null) {
                    done.end(null, rejection);
                    return Cancellation.NONE;
                }
                return next.<S, T>callAsync(call, subject, now, deadline, done);
            }
        };
    }

    private @Nullable Closed rejection(Scope scope) {
        calls++;
        times.add(scope.now());
        for (Rule rule : rules) {
            if (rule.call() == calls) {
                Closed rejection = new Closed(scope, rule.hint());
                rejections.add(rejection);
                return rejection;
            }
        }
        return null;
    }
}
