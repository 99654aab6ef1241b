package dev.seawall.benchmarks;

import dev.seawall.Call;
import org.openjdk.jmh.annotations.Benchmark;

/** What no library can go below, and a twin that shows how far two equal rows lie apart on this machine today. */
public class Floor extends Row {

    private Call<Object, RuntimeException> call = this::work;

    @Benchmark
    public Object plainCall() {
        return call.call();
    }

    @Benchmark
    public Object plainCallAgain() {
        return call.call();
    }

    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }
}
