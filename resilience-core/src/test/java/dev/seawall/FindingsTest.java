package dev.seawall;

import static dev.seawall.Policy.Trait.JUDGES;
import static dev.seawall.Policy.Trait.LIMITS_CONCURRENCY;
import static dev.seawall.Policy.Trait.LIMITS_RATE;
import static dev.seawall.Policy.Trait.LIMITS_TIME;
import static dev.seawall.Policy.Trait.REISSUES;
import static dev.seawall.TestPolicies.withTraits;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which orders of policies strike as doubtful. */
final class FindingsTest {

    private final Policy total = withTraits("total", LIMITS_TIME);
    private final Policy attempt = withTraits("attempt", LIMITS_TIME);
    private final Policy retry = withTraits("retry", REISSUES);
    private final Policy breaker = withTraits("breaker", JUDGES);
    private final Policy limiter = withTraits("limiter", LIMITS_RATE);
    private final Policy bulkhead = withTraits("bulkhead", LIMITS_CONCURRENCY);

    @Test
    void findings_emptyPipeline_none() {
        assertThat(findings()).isEmpty();
    }

    @Test
    void findings_usualOrder_none() {
        assertThat(findings(total, retry, breaker, limiter, bulkhead, attempt)).isEmpty();
    }

    @Test
    void findings_twoDifferentTimeouts_none() {
        assertThat(findings(Timeout.of(Duration.ofSeconds(3)), Timeout.of("attempt", Duration.ofSeconds(1))))
                .isEmpty();
    }

    @Test
    void findings_withoutTimeout_callsMayHang() {
        assertThat(findings(breaker))
                .containsExactly("nothing limits time: a call that hangs is waited for without end; add a timeout");
    }

    @Test
    void findings_samePolicyTwice_countsDouble() {
        assertThat(findings(total, breaker, breaker))
                .containsExactly("breaker is there twice: it counts or limits every call double");
    }

    @Test
    void findings_doNothingPolicyTwice_none() {
        assertThat(findings(total, Policy.none(), Policy.none())).isEmpty();
    }

    @Test
    void findings_retryInsideBreaker_breakerSeesLastAttemptOnly() {
        assertThat(findings(breaker, retry, attempt))
                .containsExactly("retry is inside breaker, which sees only the last attempt and cannot stop the others;"
                        + " put it inside retry");
    }

    @Test
    void findings_retryInsideRateLimiter_attemptsAreNotCounted() {
        assertThat(findings(limiter, retry, attempt))
                .containsExactly("retry is inside limiter, which counts a call once however often it is attempted");
    }

    @Test
    void findings_retryInsideBulkhead_permitIsKeptBetweenAttempts() {
        assertThat(findings(bulkhead, retry, attempt))
                .containsExactly(
                        "retry is inside bulkhead, which keeps a permit for a call also while that waits between"
                                + " attempts; put it inside retry");
    }

    @Test
    void findings_retryInsideRetry_attemptsMultiply() {
        Policy hedge = withTraits("hedge", REISSUES);

        assertThat(findings(retry, hedge, attempt)).containsExactly("hedge is inside retry: attempts multiply");
    }

    @Test
    void findings_timeoutOnlyOutsideRetry_oneAttemptTakesAllTheTime() {
        assertThat(findings(total, retry))
                .containsExactly("no timeout inside retry: one attempt that hangs uses up the time of all");
    }

    @Test
    void findings_severalFaults_allAreNamed() {
        assertThat(findings(breaker, limiter, retry)).hasSize(3);
    }

    private static List<String> findings(Policy... policies) {
        Pipeline.Builder builder = Pipeline.named("users");
        for (Policy policy : policies) {
            builder.with(policy);
        }
        return builder.build().findings();
    }
}
