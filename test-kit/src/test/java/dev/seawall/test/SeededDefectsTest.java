package dev.seawall.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.seawall.test.HistoryReport.Kind;
import dev.seawall.test.SimulatedRelays.Defect;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker finds what is wrong with an outbox, and nothing in one that is right. */
final class SeededDefectsTest {

    private static final int SEEDS = 100;
    private static final int FOUND_AT_LEAST =
            10; // of the seeds: a defect that one run in ten shows is not missed in a long run

    static Stream<Arguments> defects() {
        return Stream.of(
                arguments(Defect.SKIPS_A_ROW, Kind.LOST),
                arguments(Defect.READS_UNCOMMITTED_ROWS, Kind.PHANTOM),
                arguments(Defect.SWAPS_ROWS, Kind.ORDER),
                arguments(Defect.ACKNOWLEDGES_BEFORE_PUBLISHING, Kind.LOST),
                arguments(Defect.TAKES_THE_IN_FLIGHT_OF_THE_DEAD_FOR_DONE, Kind.LOST),
                arguments(Defect.TAKES_A_REFUSAL_FOR_A_CONFIRMATION, Kind.LOST),
                arguments(Defect.GIVES_A_NEW_ID_AFTER_TAKEOVER, Kind.UNSTABLE_ID),
                arguments(Defect.GOES_ON_WITHOUT_ITS_LEASE, Kind.DUPLICATES),
                arguments(Defect.MOVES_ITS_MARK_PAST_OPEN_TRANSACTIONS, Kind.ORDER),
                arguments(Defect.MOVES_ITS_MARK_PAST_OPEN_TRANSACTIONS, Kind.LOST),
                arguments(Defect.LETS_LATER_ONES_OVERTAKE_A_RETRY, Kind.ORDER),
                arguments(Defect.PARKS_AND_FORGETS, Kind.LOST),
                arguments(Defect.DOES_NOT_DELETE_ALL_IT_ACKNOWLEDGES, Kind.DUPLICATES),
                arguments(Defect.HAS_TOO_MUCH_IN_FLIGHT, Kind.DUPLICATES),
                arguments(Defect.CHANGES_THE_PARTITION_OF_A_KEY, Kind.POSITION),
                arguments(Defect.CONSUMES_WITHOUT_INBOX, Kind.APPLIED_TWICE),
                arguments(Defect.COMMITS_THE_INBOX_BEFORE_THE_EFFECT, Kind.NOT_APPLIED),
                arguments(Defect.CONFIRMS_BEFORE_CONSUMING, Kind.NOT_APPLIED));
    }

    @Test
    void noDefect_anySeed_isClean() {
        Property.named("a correct outbox has a clean history").cases(500).check(random -> {
            HistoryReport report = SimulatedRelays.run(random, Defect.NONE);

            report.assertClean();
            assertThat(report.committed()).isPositive();
            assertThat(report.duplicates()).isPositive();
        });
    }

    @ParameterizedTest
    @MethodSource("defects")
    void defect_manySeeds_isFoundForWhatItIs(Defect defect, Kind kind) {
        long found = IntStream.rangeClosed(1, SEEDS)
                .filter(seed ->
                        SimulatedRelays.run(new SeededRandom(seed), defect).count(kind) > 0)
                .count();
    }

    @Test
    void defects_allOfThem_areTested() {
        Set<Defect> tested = defects()
                .map(arguments -> (Defect) arguments.get()[0])
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Defect.class)));

        assertThat(tested).isEqualTo(EnumSet.complementOf(EnumSet.of(Defect.NONE)));
    }
}
