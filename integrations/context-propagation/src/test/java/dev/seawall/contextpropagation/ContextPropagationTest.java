package dev.seawall.contextpropagation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.Pipeline;
import dev.seawall.Policy;
import dev.seawall.ResilienceRuntime;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import dev.seawall.bulkhead.ExecutorBulkhead;
import dev.seawall.bulkhead.Permit;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryConfig;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The caller's values are there wherever its call resumes, and gone from that thread afterwards. */
final class ContextPropagationTest {

    private static final int LONG = 30;
    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private ResilienceRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        worker.submit(() -> {}).get(LONG, TimeUnit.SECONDS); // a thread made later would inherit the diagnostic context
        ContextRegistry.getInstance()
                .registerThreadLocalAccessor(
                        "user", () -> MDC.get("user"), user -> MDC.put("user", user), () -> MDC.remove("user"));
        ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", TENANT);
        runtime = ResilienceRuntime.builder()
                .executor(worker)
                .context(ContextPropagation.capturing())
                .build();
        TENANT.set("blue");
        MDC.put("user", "ada");
    }

    @AfterEach
    void stop() {
        TENANT.remove();
        MDC.remove("user");
        runtime.close();
        worker.shutdownNow();
        ContextRegistry.getInstance().removeThreadLocalAccessor("user");
        ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
    }

    private Pipeline pipeline(Policy policy) {
        return Pipeline.named("users").runtime(runtime).with(policy).build();
    }

    private static String seen() {
        return TENANT.get() + " " + MDC.get("user");
    }

    private void assertThatTheWorkerIsClean() throws Exception {
        assertThat(worker.submit(ContextPropagationTest::seen).get(LONG, TimeUnit.SECONDS))
                .isEqualTo("null null");
    }

    @Test
    void asynchronousRetry_everyAttempt_seesTheCallersContext() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        Pipeline pipeline = pipeline(Retry.of(
                "users",
                RetryConfig.builder()
                        .backoff(Backoff.fixed(Duration.ofMillis(1)))
                        .build()));

        CompletableFuture<String> answer = pipeline.callAsync(() -> {
            seen.add(seen());
            return seen.size() < 3
                    ? CompletableFuture.failedFuture(new IllegalStateException("down"))
                    : CompletableFuture.completedFuture("good");
        });

        assertThat(answer.get(LONG, TimeUnit.SECONDS)).isEqualTo("good");
        assertThat(seen).containsExactly("blue ada", "blue ada", "blue ada");
        assertThatTheWorkerIsClean();
    }

    @Test
    void queuedBulkheadCalls_each_seesItsOwnCallersContext() throws Exception {
        Bulkhead bulkhead = Bulkhead.of("users", 1);
        Pipeline pipeline = pipeline(bulkhead);
        List<CompletableFuture<String>> answers = new ArrayList<>();

        try (Permit held = bulkhead.acquire()) {
            assertThat(held).isNotNull();
            for (String tenant : List.of("blue", "green")) {
                TENANT.set(tenant);
                answers.add(pipeline.callAsync(() -> CompletableFuture.completedFuture(seen())));
            }
            TENANT.remove(); // whoever gives the permit back has another context, or none
            MDC.remove("user");
        }

        assertThat(answers.get(0).get(LONG, TimeUnit.SECONDS)).isEqualTo("blue ada");
        assertThat(answers.get(1).get(LONG, TimeUnit.SECONDS)).isEqualTo("green ada");
        assertThatTheWorkerIsClean();
    }

    @Test
    void executorBulkhead_bothStyles_seeTheCallersContext() throws Exception {
        ExecutorBulkhead bulkhead = ExecutorBulkhead.of("users", BulkheadConfig.defaults(), worker);
        Pipeline pipeline = pipeline(bulkhead);

        assertThat(pipeline.call(ContextPropagationTest::seen)).isEqualTo("blue ada");
        assertThat(pipeline.callAsync(() -> CompletableFuture.completedFuture(seen()))
                        .get(LONG, TimeUnit.SECONDS))
                .isEqualTo("blue ada");
        assertThatTheWorkerIsClean();
    }

    @Test
    void callThatThrows_context_isClearedAllTheSame() throws Exception {
        Pipeline pipeline = pipeline(ExecutorBulkhead.of("users", BulkheadConfig.defaults(), worker));

        pipeline.tryCall(() -> {
            throw new Failed();
        });

        assertThatTheWorkerIsClean();
    }

    /** Any failure. */
    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void callerWithoutAValue_threadThatHasOne_doesNotLendIt() throws Exception {
        worker.submit(() -> TENANT.set("stale")).get(LONG, TimeUnit.SECONDS);
        TENANT.remove();

        String seen = pipeline(ExecutorBulkhead.of("users", BulkheadConfig.defaults(), worker))
                .call(ContextPropagationTest::seen);

        assertThat(seen).isEqualTo("null ada");
        assertThat(worker.submit(TENANT::get).get(LONG, TimeUnit.SECONDS)).isEqualTo("stale");
    }

    @Test
    void capturing_factoryOfOnesOwn_decidesWhatTravels() throws Exception {
        ContextSnapshotFactory onlyTenant = ContextSnapshotFactory.builder()
                .captureKeyPredicate("tenant"::equals)
                .build();
        Runnable[] bound = new Runnable[1];
        List<String> seen = new CopyOnWriteArrayList<>();

        bound[0] = ContextPropagation.capturing(onlyTenant).apply(() -> seen.add(seen()));
        worker.submit(bound[0]).get(LONG, TimeUnit.SECONDS);

        assertThat(seen).containsExactly("blue null");
    }
}
