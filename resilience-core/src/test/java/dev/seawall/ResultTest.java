package dev.seawall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.TestPolicies.Rejection;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a call ended, as a value. */
final class ResultTest {

    private final IOException failure = new IOException("gone");
    private final Rejection rejection = new Rejection("gate", null, 1_500_000_000L);
    private final Result<String> succeeded = new Result.Success<>("answer");
    private final Result<String> failed = new Result.Failure<>(failure);
    private final Result<String> rejected = new Result.Rejected<>(rejection);

    @Test
    void exception_ofEachEnd_isWhatWasThrown() {
        assertThat(succeeded.exception()).isEmpty();
        assertThat(failed.exception()).containsSame(failure);
        assertThat(rejected.exception()).containsSame(rejection);
    }

    @Test
    void orElse_ofEachEnd_fillsInForAMissingValue() {
        assertThat(succeeded.orElse("other")).isEqualTo("answer");
        assertThat(failed.orElse("other")).isEqualTo("other");
        assertThat(rejected.orElse("other")).isEqualTo("other");
        assertThat(failed.orElse(null)).isNull();
    }

    @Test
    void orElse_nullValue_isAValue() {
        assertThat(new Result.Success<String>(null).orElse("other")).isNull();
    }

    @Test
    void orElseThrow_ofEachEnd_throwsTheVeryException() throws Exception {
        assertThat(succeeded.orElseThrow()).isEqualTo("answer");
        assertThatThrownBy(failed::orElseThrow).isSameAs(failure);
        assertThatThrownBy(rejected::orElseThrow).isSameAs(rejection);
    }

    @Test
    void map_success_appliesTheFunction() {
        assertThat(succeeded.map(String::length)).isEqualTo(new Result.Success<>(6));
        assertThat(succeeded.map(value -> null)).isEqualTo(new Result.Success<>(null));
    }

    @Test
    void map_withoutValue_keepsTheEnd() {
        assertThat(failed.map(String::length)).isEqualTo(new Result.Failure<>(failure));
        assertThat(rejected.map(String::length)).isEqualTo(new Result.Rejected<>(rejection));
    }

    @Test
    void map_throwingFunction_throwsThat() {
        assertThatThrownBy(() -> succeeded.map(value -> {
                    throw new IllegalStateException(value);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("answer");
    }

    @Test
    void recover_success_isUnchanged() {
        assertThat(succeeded.recover(exception -> "fallback")).isSameAs(succeeded);
    }

    @Test
    void recover_withoutValue_takesTheFallback() {
        assertThat(failed.recover(Exception::getMessage)).isEqualTo(new Result.Success<>("gone"));
        assertThat(rejected.recover(exception -> "busy")).isEqualTo(new Result.Success<>("busy"));
        assertThat(failed.recover(exception -> null)).isEqualTo(new Result.Success<>(null));
    }

    @Test
    void recover_byType_matchesSubtypesOnly() {
        Result<String> missing = new Result.Failure<>(new FileNotFoundException());

        assertThat(missing.recover(IOException.class, exception -> "fallback"))
                .isEqualTo(new Result.Success<>("fallback"));
        assertThat(failed.recover(FileNotFoundException.class, exception -> "fallback"))
                .isSameAs(failed);
        assertThat(rejected.recover(CallRejectedException.class, CallRejectedException::policy))
                .isEqualTo(new Result.Success<>("gate"));
    }

    @Test
    void recover_throwingFallback_throwsThat() {
        assertThatThrownBy(() -> failed.recover(exception -> {
                    throw new IllegalStateException(exception);
                }))
                .hasCause(failure);
    }

    @Test
    void recover_nullFallback_isRefusedEvenAfterASuccess() {
        assertThatThrownBy(() -> succeeded.recover(null)).hasMessage("fallback");
    }

    @Test
    void rejected_tellsWhyAndWhenToComeBack() {
        Result.Rejected<String> end = new Result.Rejected<>(rejection);

        assertThat(end.reason()).isEqualTo("'gate' is full");
        assertThat(end.retryAfter()).contains(Duration.ofMillis(1500));
        assertThat(new Result.Rejected<>(new Rejection("gate", null)).retryAfter())
                .isEmpty();
    }
}
