package dev.seawall.benchmarks;

import dev.seawall.Call;
import dev.seawall.CallWith;
import dev.seawall.Pipeline;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.retry.Retry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.openjdk.jmh.annotations.Benchmark;

/** The ways to call a pipeline of retry and breaker, above all for the bytes they cost. */
public class Modes extends Row {

    private final Pipeline seawall = Pipeline.named("seawall")
            .with(Retry.of("seawall"))
            .with(CircuitBreaker.of("seawall"))
            .build();
    private final Call<Object, RuntimeException> call = this::work;
    private final CallWith<Modes, Object, RuntimeException> callWith = Row::work;
    private final CompletableFuture<Object> ended = CompletableFuture.completedFuture(work());
    private final Call<CompletionStage<Object>, RuntimeException> stage = () -> ended;

    @Benchmark
    public Object seawallCallWith() {
        return seawall.callWith(this, callWith);
    }

    @Benchmark
    public Object seawallTryCall() {
        return seawall.tryCall(call);
    }

    @Benchmark
    public Object seawallCallAsync() {
        return seawall.callAsync(stage);
    }
}
