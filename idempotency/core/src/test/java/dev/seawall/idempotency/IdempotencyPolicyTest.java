package dev.seawall.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.idempotency.UnreliableStore.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class IdempotencyPolicyTest {

    /** What a call is about; {@code null} stands for no key. */
    private record Payment(String id, int amount) {}

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final UnreliableStore store = new UnreliableStore(IdempotencyStore.inMemory(100, runtime));
    private final Idempotency idempotency =
            Idempotency.builder(store).name("payments").runtime(runtime).build();
    private final Pipeline pipeline = Pipeline.named("pay")
            .runtime(runtime)
            .with(idempotency.policy(
                    Payment.class,
                    payment -> payment.id().isEmpty() ? null : Key.of("pay", payment.id()),
                    payment -> Fingerprint.of("amount " + payment.amount())))
            .build();
    private final AtomicInteger runs = new AtomicInteger();

    private String pay(Payment payment) {
        return pipeline.callWith(payment, about -> "paid " + about.amount() + " by run " + runs.incrementAndGet());
    }

    private CompletableFuture<String> payAsync(Payment payment, CompletableFuture<String> stage) {
        return pipeline.callAsyncWith(payment, about -> {
            runs.incrementAndGet();
            return stage;
        });
    }

    @Test
    void call_again_replays() {
        assertThat(pay(new Payment("a", 1))).isEqualTo("paid 1 by run 1");
        assertThat(pay(new Payment("a", 1))).isEqualTo("paid 1 by run 1");
    }

    @Test
    void call_withoutAKey_isNotGuarded() {
        pay(new Payment("", 1));

        assertThat(pay(new Payment("", 1))).isEqualTo("paid 1 by run 2");
        assertThat(store.asked).isEmpty();
    }

    @Test
    void call_keyReused_isARejectionOfThePipeline() {
        pay(new Payment("a", 1));

        assertThatThrownBy(() -> pay(new Payment("a", 2)))
                .isInstanceOf(KeyReusedException.class)
                .hasMessageStartingWith("'payments' did not run the request");
    }

    @Test
    void call_inProgress_isARejectionThatSaysWhenToComeBack() {
        pipeline.callWith(new Payment("a", 1), about -> {
            assertThatThrownBy(() -> pay(about))
                    .isInstanceOfSatisfying(
                            RequestInProgressException.class,
                            rejection -> assertThat(rejection.retryAfter()).contains(Duration.ofSeconds(30)));
            return "paid";
        });
    }

    @Test
    void call_aboutSomethingElse_isRefused() {
        assertThatThrownBy(() -> pipeline.call(() -> "never"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("callWith");
        assertThatThrownBy(() -> pay(new Payment("bad key", 1))).isInstanceOf(InvalidKeyException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void call_thatThrows_freesTheKey() {
        IOException failure = new IOException("cannot");

        assertThatThrownBy(() -> pipeline.callWith(new Payment("a", 1), about -> {
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(pay(new Payment("a", 1))).isEqualTo("paid 1 by run 1");
    }

    @Test
    void callAsync_again_replaysWhatTheStageAnswered() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> first = payAsync(new Payment("a", 1), stage);
        CompletableFuture<String> meanwhile = payAsync(new Payment("a", 1), new CompletableFuture<>());
        assertThat(first).isNotDone();
        assertThat(meanwhile).isCompletedExceptionally();
        assertThatThrownBy(meanwhile::join).hasCauseInstanceOf(RequestInProgressException.class);
        stage.complete("paid");

        assertThat(first).isCompletedWithValue("paid");
        assertThat(payAsync(new Payment("a", 1), new CompletableFuture<>())).isCompletedWithValue("paid");
        assertThatThrownBy(payAsync(new Payment("a", 2), stage)::join).hasCauseInstanceOf(KeyReusedException.class);
        assertThat(runs).hasValue(1);
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void callAsync_longStage_keepsItsClaim() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> first = payAsync(new Payment("a", 1), stage);
        runtime.advance(Duration.ofMinutes(10));
        assertThatThrownBy(payAsync(new Payment("a", 1), stage)::join).isInstanceOf(CompletionException.class);
        stage.complete("paid");

        assertThat(first).isCompletedWithValue("paid");
    }

    @Test
    void callAsync_stageThatFailsOrThrows_freesTheKey() {
        IOException failure = new IOException("cannot");

        assertThatThrownBy(payAsync(new Payment("a", 1), CompletableFuture.failedFuture(failure))::join)
                .hasCause(failure);
        assertThatThrownBy(pipeline.callAsyncWith(new Payment("a", 1), about -> {
                    throw new IllegalStateException("at once");
                })::join)
                .hasRootCauseMessage("at once");

        assertThat(pay(new Payment("a", 1))).isEqualTo("paid 1 by run 1".replace("run 1", "run 2"));
    }

    @Test
    void callAsync_cancelled_cancelsTheStageAndFreesTheKey() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> first = payAsync(new Payment("a", 1), stage);

        first.cancel(true);

        assertThat(stage).isCancelled();
        assertThat(pay(new Payment("a", 1))).startsWith("paid 1");
        assertThat(runtime.pendingTimers()).isZero();
    }

    @Test
    void callAsync_withoutAKey_isNotGuarded() {
        assertThat(payAsync(new Payment("", 1), CompletableFuture.completedFuture("paid")))
                .isCompletedWithValue("paid");
        assertThat(store.asked).isEmpty();
    }

    @Test
    void callAsync_badKeyOrSubject_endsInTheFuture() {
        assertThatThrownBy(payAsync(new Payment("bad key", 1), new CompletableFuture<>())::join)
                .hasCauseInstanceOf(InvalidKeyException.class);
        assertThatThrownBy(pipeline.callAsync(() -> CompletableFuture.completedFuture("never"))::join)
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void callAsync_storeDown_endsInTheFuture() {
        store.next(Fault.BEFORE);
        assertThatThrownBy(payAsync(new Payment("a", 1), new CompletableFuture<>())::join)
                .hasCauseInstanceOf(IdempotencyStoreException.class);
        assertThat(runs).hasValue(0);

        store.next(Fault.NONE, Fault.BEFORE, Fault.BEFORE);
        assertThatThrownBy(payAsync(new Payment("a", 1), CompletableFuture.completedFuture("paid"))::join)
                .hasCauseInstanceOf(IdempotencyStoreException.class);
    }
}
