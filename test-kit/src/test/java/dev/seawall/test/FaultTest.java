package dev.seawall.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FaultTest {

    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofMillis(200);

    @Test
    void toString_anyFault_saysWhatGoesWrong() {
        assertThat(Fault.pass()).hasToString("pass");
        assertThat(Fault.delay(SHORT)).hasToString("pass after 100 ms");
        assertThat(Fault.delay(SHORT, LONG)).hasToString("pass after 100 ms to 200 ms");
        assertThat(Fault.fail(IllegalStateException::new)).hasToString("fail");
        assertThat(Fault.fail(IllegalStateException::new).after(LONG)).hasToString("fail after 200 ms");
        assertThat(Fault.answer(String.class, "secret").after(SHORT, LONG))
                .hasToString("answer String after 100 ms to 200 ms");
    }

    @Test
    void after_secondDelay_replacesTheFirst() {
        assertThat(Fault.delay(SHORT, LONG).after(LONG)).hasToString("pass after 200 ms");
        assertThat(Fault.delay(SHORT).after(Duration.ZERO)).hasToString("pass");
    }

    @Test
    void delay_negative_isRefused() {
        assertThatThrownBy(() -> Fault.delay(SHORT.negated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("delay must not be negative, was -100 ms");
    }

    @Test
    void delay_negativeLeast_isRefused() {
        assertThatThrownBy(() -> Fault.delay(SHORT.negated(), LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("least must not be negative, was -100 ms");
    }

    @Test
    void delay_wrongOrder_isRefused() {
        assertThatThrownBy(() -> Fault.delay(LONG, SHORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("least must not be longer than most, was 200 ms > 100 ms");
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void answer_valueOfAnotherType_isRefused() {
        Class mismatched = Long.class;

        assertThatThrownBy(() -> Fault.answer(mismatched, "text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value must be a java.lang.Long, was a java.lang.String");
    }
}
