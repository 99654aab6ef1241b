package dev.seawall.benchmarks.throughput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.benchmarks.throughput.Contender.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsReportTest {

    private static final Finding RATE =
            new Finding("drain", "Seawall", Role.OWN, Finding.MESSAGES, List.of(3.0, 1.0, 2_000.0));
    private static final Finding WAIT = Finding.of("traffic, half", "p99", Role.OWN, Finding.MILLIS, 12.5);

    private static FindingsReport report(Bound... bounds) {
        return new FindingsReport("Something", List.of(RATE, WAIT), List.of(bounds), List.of("Read with care."));
    }

    @Test
    void met_onTheBound_isMet() {
        assertThat(report(Bound.atLeast("a", 2, 2, "×"), Bound.atMost("b", 50, 50, "ms"))
                        .met())
                .isTrue();
    }

    @Test
    void met_oneBeyondItsBound_isNot() {
        assertThat(report(Bound.atLeast("a", 2, 1.99, "×")).met()).isFalse();
        assertThat(report(Bound.atMost("b", 50, 50.1, "ms")).met()).isFalse();
    }

    @Test
    void met_notANumber_isNot() {
        assertThat(report(Bound.atLeast("a", 2, Double.NaN, "×")).met()).isFalse();
        assertThat(report(Bound.atMost("b", 50, Double.NaN, "ms")).met()).isFalse();
    }

    @Test
    void table_hasFiguresTargetsAndNotes() {
        assertThat(report(Bound.atMost("b", 50, 12.5, "ms"), Bound.atLeast("a", 2, 1, "×"))
                        .table())
                .contains("| drain | Seawall | 3.00 messages/s | 3, from 1 to 2,000 |")
                .contains("| traffic, half | p99 | 12.5 ms |  |")
                .contains("| b | ≤ 50.0 ms | 12.5 ms | met |")
                .contains("| a | ≥ 2.00 × | 1.00 × | **missed** |")
                .contains("- Read with care.");
    }

    @Test
    void raw_hasALineForEachFigureWithAllRounds() {
        assertThat(report().raw()).isEqualTo("""
                        load,who,unit,rounds...
                        drain,Seawall,messages/s,3.000,1.000,2000.000
                        traffic half,p99,ms,12.500
                        """);
    }

    @Test
    void drawing_leavesOutWhatIsBetterShorter() {
        assertThat(report().drawing()).contains("drain, messages/s").doesNotContain("p99");
    }
}
