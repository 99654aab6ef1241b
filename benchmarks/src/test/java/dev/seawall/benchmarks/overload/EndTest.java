package dev.seawall.benchmarks.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import dev.seawall.bulkhead.Permit;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimiter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class EndTest {

    private final Pipeline.Builder pipeline = Pipeline.named("test");

    private End endOf(Call<?, ?> call) {
        return End.of(catchThrowable(() -> pipeline.build().call(call)));
    }

    @Test
    void of_openBreaker_isOpen() {
        CircuitBreaker breaker = CircuitBreaker.of("test");
        breaker.forceOpen();
        pipeline.with(breaker);

        assertThat(endOf(() -> "")).isEqualTo(End.OPEN);
    }

    @Test
    void of_limitExceeded_isLimited() {
        RateLimiter limiter = RateLimiter.of("test", Limit.perMinute(1));
        limiter.charge(1);
        pipeline.with(limiter);

        assertThat(endOf(() -> "")).isEqualTo(End.LIMITED);
    }

    @Test
    void of_fullBulkheadWithoutAQueue_isFull() {
        assertThat(endInFullBulkhead(BulkheadConfig.builder().limit(1).queue(0)))
                .isEqualTo(End.FULL);
    }

    @Test
    void of_fullBulkheadAfterAWait_isWaitedInVain() {
        assertThat(endInFullBulkhead(BulkheadConfig.builder().limit(1).queue(1).maxWait(Duration.ofMillis(1))))
                .isEqualTo(End.WAITED_IN_VAIN);
    }

    private End endInFullBulkhead(BulkheadConfig.Builder config) {
        Bulkhead bulkhead = Bulkhead.of("test", config.build());
        pipeline.with(bulkhead);
        try (Permit taken = bulkhead.acquire()) {
            assertThat(taken).isNotNull();
            return endOf(() -> "");
        }
    }

    @Test
    void of_timeoutOrBrokenConnection_isFailed() {
        pipeline.with(Timeout.of(Duration.ofMillis(1)));

        assertThat(endOf(() -> new CountDownLatch(1).await(1, TimeUnit.MINUTES)))
                .isEqualTo(End.FAILED);
        assertThat(End.of(new IOException())).isEqualTo(End.FAILED);
    }

    @Test
    void of_anythingElse_isUnexpected() {
        assertThat(End.of(new IllegalStateException())).isEqualTo(End.UNEXPECTED);
        assertThat(End.of(new StackOverflowError())).isEqualTo(End.UNEXPECTED);
    }
}
