package dev.seawall.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A virtual thread that holds a monitor is pinned on the JDKs before 24, so no service jar takes one at all. */
final class MonitorTest {

    @Test
    void serviceJars_everyMethod_takesNoMonitor() {
        var classFiles = House.here().serviceJars().stream()
                .flatMap(jar -> jar.classFiles().stream())
                .toList();

        assertThat(classFiles).flatMap(Monitors::in).isEmpty();
    }

    @Test
    void monitors_synchronizedMethodAndBlock_areBothFound() {
        var fixture = Path.of("target/test-classes/dev/seawall/verification/fixture/Locks.class");

        assertThat(Monitors.in(fixture))
                .containsExactly(
                        "dev.seawall.verification.fixture.Locks.inTheSignature",
                        "dev.seawall.verification.fixture.Locks.inTheBody");
    }
}
