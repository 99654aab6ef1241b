package dev.seawall.test;

import static dev.seawall.test.Fault.delay;
import static dev.seawall.test.Fault.fail;
import static dev.seawall.test.Fault.pass;
import static dev.seawall.test.PipelineAssert.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Backoff;
import dev.seawall.CallTimedOutException;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The examples of this package's documentation, which shows their regions as they are. */
final class ExamplesTest {

    @Test
    void packageTour_faultsInVirtualTime() {
        // @start region=tour
        Faults faults = Faults.named("users").script(delay(ofSeconds(5)), pass());
        Pipeline users = Pipeline.named("users")
                .with(Timeout.of(ofSeconds(3)))
                .with(faults)
                .runtime(VirtualRuntime.create())
                .build();

        assertThatThrownBy(() -> users.call(() -> "Ada")).isInstanceOf(CallTimedOutException.class);
        assertThat(users.call(() -> "Ada")).isEqualTo("Ada");
        // @end
    }

    @Test
    void property_delayIsNeverOverTheCap() {
        // @start region=property
        Property.named("a delay is never over the cap").check(random -> {
            Duration cap = random.durationBetween(Duration.ZERO, Duration.ofHours(1));
            Backoff backoff = Backoff.exponential(Duration.ofMillis(1)).withCap(cap);
            assertThat(backoff.delayNanos(random.nextInt(1, 100), 0, random)).isBetween(0L, cap.toNanos());
        });
        // @end
    }

    @Test
    void faults_byScriptAndByRate() {
        // @start region=faults
        Faults failing = Faults.named("failing").script(fail(IllegalStateException::new), pass()); // once, then no more
        Faults slow = Faults.named("slow").atRate(0.05, delay(ofMillis(500), ofSeconds(2)));
        // @end

        assertThat(failing).hasToString("faults 'failing' (fail, pass)");
        assertThat(slow).hasToString("faults 'slow' (pass after 500 ms to 2 s at rate 0.05)");
    }

    @Test
    void pipelineAssert_orderOfPolicies() {
        Faults faults = Faults.named("faults");
        Pipeline pipeline = Pipeline.named("users")
                .with(Timeout.of(ofSeconds(3)))
                .with(faults)
                .build();

        // @start region=assertions
        assertThat(pipeline).hasPolicies("timeout", "faults").hasNoFindings();
        assertThat(pipeline).isOutside(Timeout.class, Faults.class);
        // @end
    }
}
