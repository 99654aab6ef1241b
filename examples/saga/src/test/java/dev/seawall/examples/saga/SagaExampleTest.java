package dev.seawall.examples.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the example prints. */
@Timeout(180)
final class SagaExampleTest {

    private static String run(int orders, String failing) throws Exception {
        var printed = new ByteArrayOutputStream();
        boolean well = SagaExample.run(orders, failing, new PrintStream(printed, true, StandardCharsets.UTF_8));
        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(well).as(text).isTrue();
        return text;
    }

    @Test
    void run_withAWorkerThatIsKilled_completesEachOrderOnce() throws Exception {
        String text = run(3, "");

        assertThat(text)
                .contains(
                        "flowchart",
                        "kill -9",
                        "order-3: Completed",
                        "Each order was reserved, paid, confirmed and announced once.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"take-payment", "confirm"})
    void run_withAStepThatFails_undoesEachOrder(String step) throws Exception {
        String text = run(2, step);

        assertThat(text).contains("order-2: Compensated", "Each order was undone completely");
    }

    @Test
    void run_withAFailureBehindThePivot_goesOnUntilItSucceeds() throws Exception {
        String text = run(2, "notify");

        assertThat(text).contains("told to fail twice", "order-2: Completed");
    }
}
