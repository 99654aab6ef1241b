package dev.seawall.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.circuitbreaker.CircuitBreaker.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole play once, with real sockets and threads; what is asserted does not depend on how fast they are. */
@Timeout(60)
final class PlayTest {

    private static final ByteArrayOutputStream OUT = new ByteArrayOutputStream();
    private static Report report;

    @BeforeAll
    static void play() throws Exception {
        PrintStream out = new PrintStream(OUT, true, UTF_8);
        report = new Quickstart(out, Quickstart.Pace.FAST).play();
        report.print(out);
    }

    @Test
    void breaker_deadServiceThatRecovers_opensAndClosesAgain() {
        assertThat(report.states()).startsWith(State.OPEN, State.HALF_OPEN).endsWith(State.CLOSED);
    }

    @Test
    void retry_failingAttempts_areRepeatedAndSentToTheService() {
        Traffic.Tally guarded = report.guarded();

        assertThat(report.retries()).isPositive();
        assertThat(report.attempts()).isGreaterThan(guarded.answered());
    }

    @Test
    void limiter_rushOfCalls_keepsThoseBackThatAreMoreThanAgreed() {
        assertThat(report.rejected().byLimiter()).isPositive();
    }

    @Test
    void bulkhead_manySlowCallsAtOnce_keepsThoseBackThatDoNotFit() {
        assertThat(report.rejected().byBulkhead()).isPositive();
    }

    @Test
    void bareClient_sameTrouble_failsAndIsNeverRejected() {
        assertThat(report.bare().failed()).isPositive();
        assertThat(report.bare().rejected()).isZero();
    }

    @Test
    void calls_bothClients_areTheSameNumberAndAllHaveEnded() {
        assertThat(ended(report.guarded())).isEqualTo(report.guarded().calls());
        assertThat(ended(report.bare())).isEqualTo(report.guarded().calls());
    }

    private static int ended(Traffic.Tally tally) {
        return tally.answered() + tally.failed() + tally.rejected();
    }

    @Test
    void output_everyLine_fitsAnyTerminal() {
        String printed = OUT.toString(UTF_8);

        assertThat(printed).contains("ACT 8", "CLOSED -> OPEN", "RECOVERING -> CLOSED", "What to see");
        assertThat(printed.lines())
                .allSatisfy(
                        line -> assertThat(line).hasSizeLessThanOrEqualTo(100).matches("\\p{ASCII}*"));
    }
}
