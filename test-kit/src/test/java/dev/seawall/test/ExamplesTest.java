package dev.seawall.test;

import static dev.seawall.test.Fault.delay;
import static dev.seawall.test.Fault.pass;
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

/** What the documentation of this package shows, word for word. */
final class ExamplesTest {

    @Test
    void packageTour_faultsInVirtualTime() {
        Faults faults = Faults.named("users").script(delay(ofSeconds(5)), pass());
        Pipeline users = Pipeline.named("users")
                .with(Timeout.of(ofSeconds(3)))
                .with(faults)
                .runtime(VirtualRuntime.create())
                .build();

        assertThatThrownBy(() -> users.call(() -> "Ada")).isInstanceOf(CallTimedOutException.class);
        assertThat(users.call(() -> "Ada")).isEqualTo("Ada");
    }

    @Test
    void property_delayIsNeverOverTheCap() {
        Property.named("a delay is never over the cap").check(random -> {
            Duration cap = random.durationBetween(Duration.ZERO, Duration.ofHours(1));
            Backoff backoff = Backoff.exponential(Duration.ofMillis(1)).withCap(cap);
            assertThat(backoff.delayNanos(random.nextInt(1, 100), 0, random)).isBetween(0L, cap.toNanos());
        });
    }
}
