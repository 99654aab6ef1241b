package dev.seawall.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What all rows share. The call that every library is given does next to nothing, so that a row shows the library and not
 * the call. All threads of a row use the same instances, as the threads of a service do.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class Row {

    private Object result = new Object(); // not final: no compiler may treat it as a constant

    Object work() {
        return result;
    }
}
