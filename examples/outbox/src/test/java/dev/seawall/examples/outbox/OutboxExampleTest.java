package dev.seawall.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the example prints. */
@Timeout(180)
final class OutboxExampleTest {

    @Test
    void run_withARelayThatIsKilled_invoicesEachOrderOnce() throws Exception {
        var printed = new ByteArrayOutputStream();

        boolean well = OutboxExample.run(200, 1, new PrintStream(printed, true, StandardCharsets.UTF_8));

        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(well).as(text).isTrue();
        assertThat(text).contains("180 orders were committed", "kill -9", "Nothing was lost, doubled or swapped.");
    }
}
