package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.test.HistoryReport;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A check that finds nothing wrong proves something only if it finds what is. */
@Timeout(180)
final class SeededDefectsTest {

    private static final int AT_ONCE = 4; // they wait more than they work
    private static final int SEEDS = 20; // whom the broker refuses is chance; most defects show with the first

    private static final ExecutorService STAGE = Executors.newFixedThreadPool(AT_ONCE);
    private static final Map<Defect, CompletableFuture<HistoryReport>> FIRST = new EnumMap<>(Defect.class);

    @BeforeAll
    static void begin() {
        for (Defect defect : Defect.values()) {
            FIRST.put(defect, CompletableFuture.supplyAsync(() -> played(defect, 1), STAGE));
        }
    }

    @AfterAll
    static void end() {
        STAGE.shutdown();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void rehearsal_withoutADefect_isClean(long seed) {
        reportOf(Defect.NONE, seed).assertClean();
    }

    /** Not every run goes through what a defect spoils, but one of some does. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void rehearsal_withADefect_showsIt(Defect defect) {
        Set<HistoryReport.Kind> found = new HashSet<>();
        for (long seed = 1; seed <= SEEDS && found.isEmpty(); seed++) {
            found.addAll(reportOf(defect, seed).counts().keySet());
            found.retainAll(defect.symptoms());
        }
        assertThat(defect.neverInForce())
                .as("no statement is like that any more")
                .isFalse();
        assertThat(found).isNotEmpty();
    }

    private static HistoryReport reportOf(Defect defect, long seed) {
        return seed == 1 ? FIRST.get(defect).join() : played(defect, seed);
    }

    private static HistoryReport played(Defect defect, long seed) {
        try (Rehearsal rehearsal = new Rehearsal(defect, seed)) {
            return rehearsal.play();
        } catch (Exception failed) {
            throw new AssertionError(defect + " could not be played", failed);
        }
    }
}
