package dev.seawall.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the limit does when a dependency with 20 servers is loaded, becomes slow, hangs and comes back; and that the usual forms
 * of the algorithms do it wrong.
 */
final class LimitAlgorithmTest {

    private static final int SERVERS = 20;
    private static final int MAX = 1_000;
    private static final int PROBE_INTERVAL = 120; // windows of 250 ms

    static List<AdaptiveLimit> all() {
        return List.of(AdaptiveLimit.aimd(1, MAX), AdaptiveLimit.vegas(1, MAX), AdaptiveLimit.gradient2(1, MAX));
    }

    static List<AdaptiveLimit> byDuration() {
        return List.of(AdaptiveLimit.vegas(1, MAX), AdaptiveLimit.gradient2(1, MAX));
    }

    private static SteadyDependency start(AdaptiveLimit settings, int limit) {
        return new SteadyDependency(LimitAlgorithm.of(settings, limit));
    }

    private static SteadyDependency start(Textbook form, int limit) {
        return new SteadyDependency(form.start(limit, MAX));
    }

    // ---- no growth while nobody uses it

    @ParameterizedTest
    @MethodSource("all")
    void next_halfOfTheLimitInUse_doesNotGrow(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.demand = 5;

        assertThat(dependency.run(1_000)).containsOnly(10);
    }

    @ParameterizedTest
    @MethodSource("all")
    void next_moreThanHalfInUseAndNoQueue_grows(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.demand = 6;

        assertThat(Collections.max(dependency.run(50))).isBetween(11, 20);
    }

    @ParameterizedTest
    @EnumSource
    void textbook_halfOfTheLimitInUse_growsToTheMaximum(Textbook form) {
        SteadyDependency dependency = start(form, 10);
        dependency.demand = 5;
        dependency.run(5_000);

        assertThat(dependency.limit()).isEqualTo(MAX);
    }

    // ---- bounded under overload that lasts

    @ParameterizedTest
    @MethodSource("byDuration")
    void next_overloadForHours_staysNearTheServers(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.run(200);
        List<Integer> limits = dependency.run(20_000);

        assertThat(Collections.min(limits)).isGreaterThanOrEqualTo(SERVERS / 2);
        assertThat(Collections.max(limits)).isLessThanOrEqualTo(2 * SERVERS);
    }

    @ParameterizedTest
    @MethodSource("byDuration")
    void next_overloadForHours_keepsTheServersBusyMostOfTheTime(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.run(200);

        assertThat(dependency.run(10_000).stream().filter(limit -> limit < SERVERS))
                .hasSizeLessThan(500);
    }

    @ParameterizedTest
    @EnumSource(names = {"AIMD", "VEGAS_WITH_RESETS", "GRADIENT2"})
    void textbook_overloadForHours_growsWithoutBound(Textbook form) {
        SteadyDependency dependency = start(form, 10);
        dependency.run(50_000);

        assertThat(dependency.limit()).isGreaterThan(10 * SERVERS);
    }

    @Test
    void next_aimdWithDropsAtThreeTimesTheServers_staysBelow() {
        SteadyDependency dependency = start(AdaptiveLimit.aimd(1, MAX), 10);
        int highest = 0;

        for (int window = 0; window < 5_000; window++) {
            dependency.droppedOf50 = dependency.limit() > 3 * SERVERS ? 5 : 0;
            highest = Math.max(highest, Collections.max(dependency.run(1)));
        }
        assertThat(highest).isLessThanOrEqualTo(3 * SERVERS + 1);
        assertThat(dependency.limit()).isGreaterThan(2 * SERVERS);
    }

    // ---- quick start

    @Test
    void next_vegasFromTenWithRoomForMany_reaches160InEightWindows() {
        SteadyDependency dependency = start(AdaptiveLimit.vegas(1, MAX), 10);
        dependency.servers = 200;

        assertThat(dependency.windowsUntil(160)).isLessThanOrEqualTo(8);
    }

    @Test
    void textbook_vegasFromTenWithRoomForMany_takesLonger() {
        SteadyDependency dependency = start(Textbook.VEGAS, 10);
        dependency.servers = 200;

        assertThat(dependency.windowsUntil(160)).isGreaterThan(50);
    }

    @Test
    void next_vegasThatStarts_doublesOnlyUntilItSeesAQueue() {
        SteadyDependency dependency = start(AdaptiveLimit.vegas(1, MAX), 10);

        assertThat(Collections.max(dependency.run(500))).isLessThanOrEqualTo(2 * SERVERS);
    }

    // ---- spikes, outages and lasting changes

    @ParameterizedTest
    @MethodSource("byDuration")
    void next_tenTimesSlowerForAWhile_isBackWithin50Windows(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.run(500);
        int before = dependency.limit();
        dependency.callNanos *= 10;
        dependency.run(20);
        assertThat(dependency.limit()).isLessThan(before);
        dependency.callNanos /= 10;

        assertThat(dependency.windowsUntil(SERVERS)).isLessThanOrEqualTo(50);
    }

    @ParameterizedTest
    @MethodSource("all")
    void next_outage_goesToTheMinimumAndComesBackWithin50Windows(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.demand = 2 * SERVERS;
        dependency.run(500);
        dependency.droppedOf50 = 50;
        dependency.run(60);
        assertThat(dependency.limit()).isEqualTo(1);
        dependency.droppedOf50 = 0;

        assertThat(dependency.windowsUntil(SERVERS)).isLessThanOrEqualTo(50);
    }

    @ParameterizedTest
    @MethodSource("byDuration")
    void next_slowerForGood_isBackAfterFourProbesAtMost(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.run(500);
        dependency.callNanos *= 5;

        assertThat(dependency.windowsUntil(SERVERS + 1)).isLessThanOrEqualTo(4 * PROBE_INTERVAL);
        dependency.run(2 * PROBE_INTERVAL);
        assertThat(dependency.run(1_000).stream().filter(limit -> limit < SERVERS))
                .hasSizeLessThan(100);
    }

    @Test
    void textbook_vegasSlowerForGood_staysDown() {
        SteadyDependency dependency = start(Textbook.VEGAS, 10);
        dependency.run(500);
        dependency.callNanos *= 5;
        dependency.run(4 * PROBE_INTERVAL);

        assertThat(Collections.max(dependency.run(5_000))).isLessThan(SERVERS);
    }

    @ParameterizedTest
    @MethodSource("byDuration")
    void next_fasterForGood_doesNotRunAway(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.callNanos *= 5;
        dependency.run(500);
        dependency.callNanos /= 5;

        assertThat(Collections.max(dependency.run(3 * PROBE_INTERVAL))).isLessThan(5 * SERVERS);
        assertThat(Collections.max(dependency.run(1_000))).isLessThan(2 * SERVERS);
    }

    @ParameterizedTest
    @MethodSource("byDuration")
    void next_callsThatNeverEnd_doNotKeepTheLimitHalved(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.run(500);
        dependency.neverEnding = SERVERS;

        assertThat(dependency.run(1_000).stream().filter(limit -> limit <= SERVERS * 3 / 4))
                .hasSizeLessThan(100);
    }

    // ---- drops that have nothing to do with the limit

    @ParameterizedTest
    @MethodSource("byDuration")
    void next_fifthOfTheCallsDroppedWhateverTheLimit_doesNotCollapse(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.run(500);
        dependency.droppedOf50 = 10;
        dependency.run(2 * PROBE_INTERVAL);

        assertThat(dependency.run(1_000).stream().filter(limit -> limit < SERVERS / 2))
                .isEmpty();
    }

    @Test
    void next_aimdAndAFifthOfTheCallsDropped_collapses() {
        SteadyDependency dependency = start(AdaptiveLimit.aimd(1, MAX), 40);
        dependency.droppedOf50 = 10;
        dependency.run(100);

        assertThat(dependency.limit()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("all")
    void next_oneCallOf50Dropped_lowersNothing(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.servers = MAX;
        dependency.run(10);
        int before = dependency.limit();
        dependency.droppedOf50 = 1;

        assertThat(dependency.run(10)).allSatisfy(limit -> assertThat(limit).isGreaterThanOrEqualTo(before));
    }

    @ParameterizedTest
    @MethodSource("byDuration")
    void next_nineOfTenDropped_goesToTheMinimumAndStaysThere(AdaptiveLimit settings) {
        SteadyDependency dependency = start(settings, 10);
        dependency.run(500);
        dependency.droppedOf50 = 45;
        dependency.run(50);

        assertThat(dependency.run(1_000)).containsOnly(1);
    }

    // ---- single steps

    /** The limit after two windows of 100 ms with nothing queueing, and one more. */
    private static int afterQuiet(AdaptiveLimit settings, double millis, int inUse) {
        LimitAlgorithm algorithm = LimitAlgorithm.of(settings, 100);
        algorithm.next(new Sample(1, 100e6, 50, 0, 40));
        algorithm.next(new Sample(2, 100e6, 50, 0, 40));
        algorithm.next(new Sample(3, millis * 1e6, 50, 0, inUse));
        return algorithm.limit();
    }

    @Test
    void next_vegas_countsTheQueueAmongCallsInUse() {
        AdaptiveLimit vegas = AdaptiveLimit.vegas(1, MAX);

        assertThat(afterQuiet(vegas, 110, 60)).as("5 queue, the fewest are 6").isEqualTo(200);
        assertThat(afterQuiet(vegas, 115, 60)).as("8 queue").isEqualTo(100);
        assertThat(afterQuiet(vegas, 115, 100)).as("13 queue, the most are 12").isEqualTo(98);
    }

    @Test
    void next_gradient2_goesDownByATenthAtMost() {
        AdaptiveLimit gradient2 = AdaptiveLimit.gradient2(1, MAX);

        assertThat(afterQuiet(gradient2, 149, 100)).as("within the tolerance").isEqualTo(110);
        assertThat(afterQuiet(gradient2, 200, 100)).as("gradient 0.75").isEqualTo(97);
        assertThat(afterQuiet(gradient2, 5_000, 100)).as("steepest").isEqualTo(92);
    }

    @Test
    void next_gradient2AndSlowerCallsButFew_doesNotGrow() {
        assertThat(afterQuiet(AdaptiveLimit.gradient2(1, MAX), 320, 40)).isEqualTo(100);
    }

    // ---- range

    @Test
    void next_anything_staysInTheRange() {
        List<AdaptiveLimit> narrow =
                List.of(AdaptiveLimit.aimd(4, 8), AdaptiveLimit.vegas(4, 8), AdaptiveLimit.gradient2(4, 8));

        assertThat(narrow).allSatisfy(settings -> {
            SteadyDependency dependency = start(settings, 6);
            assertThat(dependency.run(300))
                    .allSatisfy(limit -> assertThat(limit).isBetween(4, 8));
            assertThat(dependency.limit()).isEqualTo(8);
            dependency.droppedOf50 = 50;
            assertThat(dependency.run(300))
                    .allSatisfy(limit -> assertThat(limit).isBetween(4, 8));
            assertThat(dependency.limit()).isEqualTo(4);
        });
    }
}
