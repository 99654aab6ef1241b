package dev.seawall;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Small policies that make visible what a pipeline does with its layers. */
final class TestPolicies {

    private TestPolicies() {}

    /** Writes down when a call comes in and when it ends. */
    static Policy tracing(String name, List<String> trace) {
        return policy(name, (next, scope) -> new Layer(next, scope) {
            @Override
            public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                trace.add("> " + name);
                try {
                    return next.call(call, subject, now, deadline);
                } finally {
                    trace.add("< " + name);
                }
            }

            @Override
            public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                    CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                trace.add("> " + name);
                return next.<S, T>callAsync(call, subject, now, deadline, (result, failure) -> {
                    trace.add("< " + name);
                    done.end(result, failure);
                });
            }
        });
    }

    /** Passes everything on. */
    static Policy passing(String name) {
        return policy(name, PassingLayer::new);
    }

    /** Runs the rest of the pipeline a number of times, whatever comes of it, and answers with the last end. */
    static Policy repeating(String name, int times) {
        return policy(name, (next, scope) -> new Layer(next, scope) {
            @Override
            public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
                for (int i = 1; i < times; i++) {
                    try {
                        next.call(call, subject, UNREAD, deadline);
                    } catch (Exception again) {
                        continue;
                    }
                }
                return next.call(call, subject, UNREAD, deadline);
            }

            @Override
            public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                    CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                for (int i = 1; i < times; i++) {
                    next.<S, T>callAsync(call, subject, UNREAD, deadline, (result, failure) -> {});
                }
                return next.<S, T>callAsync(call, subject, UNREAD, deadline, done);
            }
        });
    }

    /** Lets nothing through. */
    static Policy rejecting(String name) {
        return policy(name, (next, scope) -> new Layer(next, scope) {
            @Override
            public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) {
                throw new Rejection(name, scope);
            }

            @Override
            public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                    CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                done.end(null, new Rejection(name, scope));
                return Cancellation.NONE;
            }
        });
    }

    /** Breaks the contract of a layer: throws what it should hand to its {@link Done}. */
    static Policy broken(RuntimeException failure) {
        return policy("broken", (next, scope) -> new PassingLayer(next, scope) {
            @Override
            public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                    CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                    S subject,
                    long now,
                    long deadline,
                    Done<? super T> done) {
                throw failure;
            }
        });
    }

    /** Does nothing, but says what it is, for findings. */
    static Policy withTraits(String name, Policy.Trait first, Policy.Trait... more) {
        Set<Policy.Trait> traits = EnumSet.of(first, more);
        return new Policy() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Layer link(Layer next, Scope scope) {
                return next;
            }

            @Override
            public Set<Trait> traits() {
                return traits;
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    /** A policy made of the function that links it. */
    static Policy policy(String name, Link link) {
        return new Policy() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Layer link(Layer next, Scope scope) {
                return link.link(next, scope);
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    @FunctionalInterface
    interface Link {
        Layer link(Layer next, Scope scope);
    }

    static class PassingLayer extends Layer {

        PassingLayer(Layer next, Scope scope) {
            super(next, scope);
        }

        @Override
        public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
            return next.call(call, subject, now, deadline);
        }

        @Override
        public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                S subject,
                long now,
                long deadline,
                Done<? super T> done) {
            return next.<S, T>callAsync(call, subject, now, deadline, done);
        }
    }

    static final class Rejection extends CallRejectedException {

        private static final long serialVersionUID = 1L;

        Rejection(String policy, @Nullable Scope scope) {
            this(policy, scope, NO_HINT);
        }

        Rejection(String policy, @Nullable Scope scope, long retryAfterNanos) {
            super(policy, scope, retryAfterNanos);
        }

        @Override
        public String reason() {
            return "'" + policy() + "' is full";
        }
    }
}
