package dev.seawall.examples.policies;

import dev.seawall.Pipeline;
import dev.seawall.Result;
import dev.seawall.VirtualRuntime;
import dev.seawall.circuitbreaker.AdaptiveThrottle;
import dev.seawall.circuitbreaker.AdaptiveThrottleConfig;
import java.io.PrintStream;
import java.time.Duration;

/**
 * A service that can serve 20 calls per second and refuses the others, and a client that wants 100. In virtual time, so that
 * two minutes take none.
 */
final class ThrottleExample implements Examples.Example {

    private static final int WANTED_PER_SECOND = 100;
    private static final int SERVED_PER_SECOND = 20;
    private static final int SECONDS = 60;

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final AdaptiveThrottle throttle = AdaptiveThrottle.of(
            "search",
            AdaptiveThrottleConfig.builder().window(Duration.ofSeconds(10)).build(),
            runtime);
    private int askedThisSecond;
    private int asked;

    @Override
    public void run(PrintStream out) {
        report(
                out,
                "without a throttle",
                Pipeline.named("plain").runtime(runtime).build());
        report(
                out,
                "with one",
                Pipeline.named("throttled").with(throttle).runtime(runtime).build());
        out.println("  " + throttle.snapshot());
    }

    private void report(PrintStream out, String what, Pipeline pipeline) {
        asked = 0;
        int served = 0;
        for (int second = 0; second < SECONDS; second++) {
            askedThisSecond = 0;
            for (int call = 0; call < WANTED_PER_SECOND; call++) {
                served += pipeline.tryCall(this::search) instanceof Result.Success ? 1 : 0;
                runtime.advance(Duration.ofSeconds(1).dividedBy(WANTED_PER_SECOND));
            }
        }
        out.printf(
                "  %-19s the service was asked %d times a second and served %d%n",
                what, asked / SECONDS, served / SECONDS);
    }

    private String search() {
        asked++;
        askedThisSecond++;
        if (askedThisSecond > SERVED_PER_SECOND) {
            throw new IllegalStateException("503, too many calls");
        }
        return "found";
    }
}
