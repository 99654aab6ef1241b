package dev.seawall.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Classifier;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A breaker in virtual time, alone in a pipeline. Makes calls in a given style. */
final class Bench {

    /** What the classifier calls neutral. */
    static final class IgnoredException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    static final Classifier CLASSIFIER = Classifier.builder()
            .onException(IgnoredException.class, Outcome.NEUTRAL)
            .onResult(String.class, "bad"::equals, Outcome.FAILURE)
            .build();

    final VirtualRuntime runtime;
    final CircuitBreaker breaker;
    final Pipeline pipeline;
    final List<CircuitBreakerEvent> events = new ArrayList<>();
    private final Style style;

    Bench(Style style, CircuitBreakerConfig config) {
        this(style, config, pipeline -> {});
    }

    /** With more policies inside the breaker. */
    Bench(Style style, CircuitBreakerConfig config, Consumer<Pipeline.Builder> inside) {
        this.style = style;
        this.runtime = VirtualRuntime.create();
        this.breaker = CircuitBreaker.of("users", config, runtime);
        breaker.on(CircuitBreakerEvent.class, events::add);
        Pipeline.Builder builder =
                Pipeline.named("users").runtime(runtime).classifier(CLASSIFIER).with(breaker);
        inside.accept(builder);
        this.pipeline = builder.build();
    }

    /** A breaker that opens when half of the last four calls failed, for 10 s; closes when two of three trials succeed. */
    static CircuitBreakerConfig.Builder small() {
        return CircuitBreakerConfig.builder()
                .window(Window.count(4))
                .openDuration(Duration.ofSeconds(10))
                .trials(3)
                .trialSuccesses(2)
                .trialLease(Duration.ofSeconds(5));
    }

    // ---- calls

    /** Makes a call that ends at once. */
    @Nullable
    CircuitOpenException call(End end) {
        return call(end, () -> {});
    }

    /** Makes calls one after another, all of which must be admitted. */
    Bench calls(End... ends) {
        for (End end : ends) {
            assertThat(call(end)).as("rejection of a call that ends in %s", end).isNull();
        }
        return this;
    }

    /** Makes a call that must be admitted and during which something happens. */
    void during(End end, Runnable meanwhile) {
        assertThat(call(end, meanwhile)).isNull();
    }

    /** Makes calls that are all under way when something happens. */
    void duringAll(int calls, End end, Runnable meanwhile) {
        if (calls == 0) {
            meanwhile.run();
        } else {
            during(end, () -> duringAll(calls - 1, end, meanwhile));
        }
    }

    /** Makes a call during which something happens; answers the rejection if there is one. */
    @Nullable
    CircuitOpenException call(End end, Runnable meanwhile) {
        return switch (style) {
            case SYNC -> sync(end, meanwhile);
            case ASYNC -> async(end, meanwhile);
            case PERMIT -> permit(end, meanwhile);
        };
    }

    private @Nullable CircuitOpenException sync(End end, Runnable meanwhile) {
        Throwable failure = failure(end);
        try {
            pipeline.call(() -> {
                meanwhile.run();
                return endNow(failure);
            });
            assertThat(failure).isNull();
            return null;
        } catch (CircuitOpenException rejection) {
            return rejection;
        } catch (Throwable thrown) {
            if (thrown != failure) {
                throw new AssertionError("the call threw something else", thrown);
            }
            return null;
        }
    }

    private static String endNow(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (Exception) failure;
        }
        return "good";
    }

    private @Nullable CircuitOpenException async(End end, Runnable meanwhile) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> answer = pipeline.callAsync(() -> stage);
        if (answer.isCompletedExceptionally()) {
            return rejection(answer);
        }
        meanwhile.run();
        Throwable failure = failure(end);
        if (end == End.CANCELLED) {
            answer.cancel(true);
        } else if (failure == null) {
            stage.complete("good");
        } else {
            stage.completeExceptionally(failure);
        }
        assertThat(answer).isDone();
        assertThat(stage).isDone();
        return null;
    }

    private static CircuitOpenException rejection(CompletableFuture<?> answer) {
        try {
            answer.join();
        } catch (CompletionException failed) {
            return (CircuitOpenException) failed.getCause();
        }
        throw new AssertionError("no rejection");
    }

    private @Nullable CircuitOpenException permit(End end, Runnable meanwhile) {
        Permit permit;
        try {
            permit = breaker.acquire();
        } catch (CircuitOpenException rejection) {
            return rejection;
        }
        meanwhile.run();
        switch (end) {
            case SUCCESS -> permit.success();
            case FAILURE -> permit.failure();
            case ERROR -> permit.settle(Outcome.FAILURE);
            case IGNORED -> permit.settle(Outcome.NEUTRAL);
            case CANCELLED -> permit.close();
        }
        return null;
    }

    static @Nullable Throwable failure(End end) {
        return switch (end) {
            case SUCCESS -> null;
            case FAILURE -> new IOException("down");
            case ERROR -> new StackOverflowError();
            case IGNORED -> new IgnoredException();
            case CANCELLED -> new InterruptedException();
        };
    }

    // ---- states

    /** Fails so often that the breaker opens. */
    Bench open() {
        for (int i = 0; i < 1_000 && state() == CircuitBreaker.State.CLOSED; i++) {
            calls(End.FAILURE);
        }
        assertThat(state()).isEqualTo(CircuitBreaker.State.OPEN);
        return this;
    }

    /** Opens the breaker and waits until its time is over; the next call is a trial. */
    Bench trialsDue() {
        open();
        runtime.advance(breaker.snapshot().timeToNextTrial());
        return this;
    }

    CircuitBreaker.State state() {
        return breaker.state();
    }

    Bench advance(Duration time) {
        runtime.advance(time);
        return this;
    }

    /** The states the breaker went to, in order. */
    List<CircuitBreaker.State> path() {
        return all(StateChanged.class).stream().map(StateChanged::to).toList();
    }

    <E> List<E> all(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
