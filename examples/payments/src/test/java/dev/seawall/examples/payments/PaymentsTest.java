package dev.seawall.examples.payments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the example prints. */
@Timeout(180)
final class PaymentsTest {

    @Test
    void run_overABadNetwork_chargesEachPaymentOnce() throws Exception {
        var printed = new ByteArrayOutputStream();

        boolean well = Payments.run(100, new PrintStream(printed, true, StandardCharsets.UTF_8));

        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(well).as(text).isTrue();
        assertThat(text)
                .contains("120 clicks on \"pay\"", " 100 charges", "Each payment was charged once.")
                .containsPattern("[1-9]\\d* answers were lost")
                .containsPattern("[1-9]\\d* clicks were answered with a stored answer");
    }
}
