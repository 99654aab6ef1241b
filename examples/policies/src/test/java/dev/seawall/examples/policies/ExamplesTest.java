package dev.seawall.examples.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the examples print. */
final class ExamplesTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    private int run(String name) {
        return Examples.run(List.of(name), out, out);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void hedge_slowAnswers_areAskedForAgain() {
        int exitCode = run("hedge");

        assertThat(exitCode).isZero();
        assertThat(text())
                .contains("without a hedge", "with one")
                .containsPattern("[1-9]\\d* of 600 calls were made a second time");
    }

    @Test
    void throttle_overloadedService_isAskedLessAndServesAsMuch() {
        int exitCode = run("throttle");

        assertThat(exitCode).isZero();
        assertThat(text())
                .contains("without a throttle  the service was asked 100 times a second and served 20")
                .containsPattern(
                        "with one            the service was asked [3-5]\\d times a second and served (19|20)");
    }

    @Test
    void threads_callsThatHang_letTheirCallersGoAndStayWithinTheLimit() {
        int exitCode = run("threads");

        assertThat(exitCode).isZero();
        assertThat(text())
                .contains("no answer in time", "bulkhead 'reports' is full: 2 of 2 permits in use")
                .contains("executor bulkhead 'reports' (2 of 2 in use, 0 waiting)");
    }

    @Test
    void customers_greedyOne_doesNotTakeFromTheOther() {
        int exitCode = run("customers");

        assertThat(exitCode).isZero();
        assertThat(text()).contains("greedy: 5 of 50 calls served; 0 left", "modest: 3 of 3 calls served; 2 left");
    }

    @Test
    void plans_restartedServer_gaveNoMonthTwice() {
        int exitCode = run("plans");

        assertThat(exitCode).isZero();
        assertThat(text())
                .contains(
                        "2026-04-28T10:00:00Z: 200 calls served",
                        "2026-04-29T10:00:00Z: 200 calls served",
                        "2026-04-30T10:00:00Z: 100 calls served",
                        "2026-05-01T10:00:00Z: 200 calls served");
    }

    @Test
    void shares_floodedService_servesWhomTheyAreGuaranteedTo() {
        int exitCode = run("shares");

        assertThat(exitCode).isZero();
        assertThat(text()).contains("with shares    25 of 25 interactive calls were started");
    }

    @Test
    void run_unknownName_saysWhichThereAre() {
        int exitCode = run("retri");

        assertThat(exitCode).isEqualTo(2);
        assertThat(text()).contains("no example 'retri'", "hedge | throttle | threads | customers | plans | shares");
    }
}
