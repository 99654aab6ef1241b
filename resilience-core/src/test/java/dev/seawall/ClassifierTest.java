package dev.seawall;

import static dev.seawall.Outcome.FAILURE;
import static dev.seawall.Outcome.NEUTRAL;
import static dev.seawall.Outcome.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** How ends of calls are judged by rules. */
final class ClassifierTest {

    @Test
    void defaults_resultsSucceedAndExceptionsFail() {
        Classifier defaults = Classifier.defaults();

        assertThat(defaults.result("any")).isEqualTo(SUCCESS);
        assertThat(defaults.result(null)).isEqualTo(SUCCESS);
        assertThat(defaults.failure(new IOException())).isEqualTo(FAILURE);
        assertThat(defaults).hasToString("defaults");
    }

    @Test
    void builder_withoutRules_isTheDefaults() {
        assertThat(Classifier.builder().build()).isEqualTo(Classifier.defaults());
    }

    @Test
    void onException_subtypes_match() {
        Classifier classifier =
                Classifier.builder().onException(IOException.class, NEUTRAL).build();

        assertThat(classifier.failure(new FileNotFoundException())).isEqualTo(NEUTRAL);
        assertThat(classifier.failure(new IllegalStateException())).isEqualTo(FAILURE);
        assertThat(classifier).hasToString("1 rules");
    }

    @Test
    void onException_severalRules_firstMatchWins() {
        Classifier classifier = Classifier.builder()
                .onException(FileNotFoundException.class, SUCCESS)
                .onException(IOException.class, NEUTRAL)
                .onException(Exception.class, FAILURE)
                .build();

        assertThat(classifier.failure(new FileNotFoundException())).isEqualTo(SUCCESS);
        assertThat(classifier.failure(new IOException())).isEqualTo(NEUTRAL);
        assertThat(classifier.failure(new IllegalStateException())).isEqualTo(FAILURE);
    }

    @Test
    void onException_withTest_asksOnlyForItsType() {
        Classifier classifier = Classifier.builder()
                .onException(IOException.class, failure -> failure.getMessage().equals("not found"), SUCCESS)
                .build();

        assertThat(classifier.failure(new IOException("not found"))).isEqualTo(SUCCESS);
        assertThat(classifier.failure(new IOException("gone"))).isEqualTo(FAILURE);
        assertThat(classifier.failure(new IllegalStateException())).isEqualTo(FAILURE); // a null message is not asked
    }

    @Test
    void onResult_typedTest_sees_onlyItsType() {
        Classifier classifier = Classifier.builder()
                .onResult(Integer.class, status -> status >= 500, FAILURE)
                .onResult(Integer.class, status -> status >= 400, NEUTRAL)
                .build();

        assertThat(classifier.result(503)).isEqualTo(FAILURE);
        assertThat(classifier.result(404)).isEqualTo(NEUTRAL);
        assertThat(classifier.result(200)).isEqualTo(SUCCESS);
        assertThat(classifier.result("503")).isEqualTo(SUCCESS);
        assertThat(classifier.result(null)).isEqualTo(SUCCESS);
    }

    @Test
    void onNull_nullResult_isJudged() {
        Classifier classifier = Classifier.builder()
                .onResult(Object.class, result -> true, NEUTRAL)
                .onNull(FAILURE)
                .build();

        assertThat(classifier.result(null)).isEqualTo(FAILURE);
        assertThat(classifier.result("some")).isEqualTo(NEUTRAL);
    }

    @Test
    void build_laterRules_doNotChangeIt() {
        Classifier.Builder builder = Classifier.builder();
        Classifier before = builder.build();

        builder.onNull(FAILURE);

        assertThat(before.result(null)).isEqualTo(SUCCESS);
    }

    @Test
    void builder_nulls_areRefusedWithTheirName() {
        Classifier.Builder builder = Classifier.builder();

        assertThatThrownBy(() -> builder.onException(null, FAILURE)).hasMessage("type");
        assertThatThrownBy(() -> builder.onException(IOException.class, null, FAILURE))
                .hasMessage("test");
        assertThatThrownBy(() -> builder.onException(IOException.class, null)).hasMessage("outcome");
        assertThatThrownBy(() -> builder.onResult(null, result -> true, FAILURE))
                .hasMessage("type");
        assertThatThrownBy(() -> builder.onResult(String.class, null, FAILURE)).hasMessage("test");
        assertThatThrownBy(() -> builder.onResult(String.class, result -> true, null))
                .hasMessage("outcome");
        assertThatThrownBy(() -> builder.onNull(null)).hasMessage("outcome");
    }
}
