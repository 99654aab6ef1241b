package dev.seawall.benchmarks;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

/** Sends calls and exceptions of many types through many orders of policies, as a large service does in time. */
final class Pollution {

    private static final int ROUNDS = 2_000;

    private static final List<Call<Object, Exception>> CALLS = List.of(
            () -> "text",
            () -> 1,
            List::of,
            Object::new,
            () -> {
                throw new IOException("no route");
            },
            () -> {
                throw new IllegalStateException("bad state");
            },
            () -> {
                throw new TimeoutException("late");
            },
            () -> {
                throw new UnsupportedOperationException("no");
            });

    private Pollution() {}

    static void ofSeawall() {
        List<Pipeline> pipelines = List.of(
                Stacks.seawall(Stacks.seawallClosed()),
                Stacks.seawall(Breakers.openSeawall()),
                Pipeline.named("a")
                        .with(Stacks.seawallClosed())
                        .with(Stacks.seawallRetry())
                        .build(),
                Pipeline.named("b")
                        .with(Stacks.seawallRetry())
                        .with(Timeout.of(Breakers.LONG))
                        .build(),
                Pipeline.named("c")
                        .with(Timeout.of(Breakers.LONG))
                        .with(Stacks.seawallClosed())
                        .build(),
                Pipeline.named("d").build());
        for (int round = 0; round < ROUNDS; round++) {
            for (Pipeline pipeline : pipelines) {
                CALLS.forEach(call -> swallow(pipeline.decorate(call)));
                CALLS.forEach(pipeline::tryCall);
            }
        }
    }

    static void ofFailsafe() {
        List<FailsafeExecutor<Object>> executors = List.of(
                Stacks.failsafe(Stacks.failsafeClosed()),
                Stacks.failsafe(Breakers.openFailsafe()),
                Failsafe.with(Stacks.failsafeClosed()),
                Failsafe.with(dev.failsafe.Timeout.builder(Breakers.LONG)
                        .withInterrupt()
                        .build()));
        for (int round = 0; round < ROUNDS; round++) {
            for (FailsafeExecutor<Object> executor : executors) {
                CALLS.forEach(call -> swallow(() -> executor.get(() -> call.call())));
            }
        }
    }

    static void ofResilience4j() {
        List<CircuitBreaker> innermost = List.of(Stacks.resilience4jClosed(), Breakers.openResilience4j(false));
        List<Callable<Object>> decorated = innermost.stream()
                .flatMap(breaker -> CALLS.stream().map(call -> Stacks.resilience4j(breaker, call)))
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            decorated.forEach(Pollution::swallow);
        }
    }

    private static void swallow(Callable<Object> call) {
        try {
            call.call();
        } catch (Exception expected) {
            // half of the calls are there to fail
        }
    }
}
