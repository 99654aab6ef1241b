package dev.seawall.test;

import static dev.seawall.test.PipelineAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.Timeout;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PipelineAssertTest {

    private static final String ACTUAL =
            "\nactual order: users: timeout 'timeout' (3 s) > none > faults 'users' (pass)";

    private final Timeout timeout = Timeout.of(Duration.ofSeconds(3));
    private final Pipeline pipeline = Pipeline.named("users")
            .with(timeout)
            .with(Policy.none())
            .with(Faults.named("users"))
            .build();

    @Test
    void assertThat_allHolds_canBeChainedBesideAnAssertionLibrary() {
        PipelineAssert chained = assertThat(pipeline)
                .hasPolicies("timeout", "none", "users")
                .contains(Timeout.class)
                .doesNotContain(OtherPolicy.class)
                .isOutside(Timeout.class, Faults.class)
                .isOutside("timeout", "none")
                .hasNoFindings();

        assertThat(chained).isNotNull();
    }

    @Test
    void hasPolicies_otherOrder_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).hasPolicies("none", "timeout", "users"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to have the policies [none, timeout, users], outermost first,"
                        + " but has [timeout, none, users]" + ACTUAL);
    }

    @Test
    void hasPolicies_oneMissing_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).hasPolicies("timeout", "none"))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void contains_typeMissing_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).contains(OtherPolicy.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to contain a policy of type OtherPolicy, but has none" + ACTUAL);
    }

    @Test
    void doesNotContain_typeThere_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).doesNotContain(Faults.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to contain no policy of type Faults, but has one" + ACTUAL);
    }

    @Test
    void isOutside_typesInOtherOrder_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).isOutside(Faults.class, Timeout.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to have Faults outside Timeout, but has them in another order"
                        + ACTUAL);
    }

    @Test
    void isOutside_namesInOtherOrder_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).isOutside("users", "timeout"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to have 'users' outside 'timeout', but has them in another order"
                        + ACTUAL);
    }

    @Test
    void isOutside_oneOfSeveralInside_fails() {
        Pipeline twice = Pipeline.named("users")
                .with(timeout)
                .with(Faults.named("users"))
                .with(timeout)
                .build();

        assertThatThrownBy(() -> assertThat(twice).isOutside(Timeout.class, Faults.class))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat(twice).isOutside(Faults.class, Timeout.class))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void isOutside_outerMissing_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).isOutside("retry", "timeout"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to have 'retry' outside 'timeout', but has no 'retry'" + ACTUAL);
    }

    @Test
    void isOutside_innerMissing_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).isOutside(Timeout.class, OtherPolicy.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to have Timeout outside OtherPolicy, but has no OtherPolicy"
                        + ACTUAL);
    }

    @Test
    void hasNoFindings_someThere_failsWithAllOfThem() {
        Pipeline doubtful = Pipeline.named("users").with(timeout).with(timeout).build();

        assertThatThrownBy(() -> assertThat(doubtful).hasNoFindings())
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to have no findings, but has"
                        + "\n  - timeout 'timeout' (3 s) is there twice: it counts or limits every call double"
                        + "\nactual order: users: timeout 'timeout' (3 s) > timeout 'timeout' (3 s)");
    }

    @Test
    void hasFinding_there_holds() {
        PipelineAssert chained = assertThat(Pipeline.of(Faults.named("users"))).hasFinding("nothing limits time");

        assertThat(chained).isNotNull();
    }

    @Test
    void hasFinding_others_failsWithAllOfThem() {
        assertThatThrownBy(() -> assertThat(Pipeline.of(Faults.named("users"))).hasFinding("twice"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to have a finding that contains 'twice', but has"
                        + "\n  - nothing limits time: a call that hangs is waited for without end; add a timeout"
                        + "\nactual order: users: faults 'users' (pass)");
    }

    @Test
    void hasFinding_noneAtAll_fails() {
        assertThatThrownBy(() -> assertThat(pipeline).hasFinding("twice"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected pipeline 'users' to have a finding that contains 'twice', but has none" + ACTUAL);
    }

    /** A kind of policy that the pipeline does not have. */
    private interface OtherPolicy extends Policy {}
}
