package dev.seawall.saga.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises of the documentation, in random situations. */
final class SagaSimulationTest {

    private static final int MOST_SEEDS = 2_000;

    @Test
    void everySaga_whateverHappens_endsAsPromised() {
        Property.named("every saga ends as promised")
                .cases(2_000)
                .check(random -> new Simulation(random, Defect.NONE).run());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everySaga_seededDefect_isFound(Defect defect) {
        int seed = 0;
        boolean found = false;
        while (!found && seed++ < MOST_SEEDS) {
            try {
                new Simulation(new SeededRandom(seed), defect).run();
            } catch (AssertionError violation) {
                found = true;
            }
        }

        assertThat(found).as("found within %s seeds", MOST_SEEDS).isTrue();
    }
}
