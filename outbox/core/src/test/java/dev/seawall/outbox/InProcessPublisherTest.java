package dev.seawall.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.payload.PayloadException;
import dev.seawall.payload.PayloadTypes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InProcessPublisherTest {

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static InProcessPublisher.Builder builder() {
        return InProcessPublisher.builder(PayloadTypes.basic());
    }

    private static Envelope message(String topic, String type) {
        EncodedPayload payload = EncodedPayload.of(type, 1, "text/plain", "hi".getBytes(UTF_8));
        return new Envelope("1", topic, null, payload, Map.of(), null, Instant.EPOCH);
    }

    private static @Nullable Throwable end(Publisher publisher, Envelope message) throws Exception {
        CompletableFuture<?> end = publisher.publish(message).toCompletableFuture();
        try {
            end.get(20, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    @Test
    void publish_allSubscribersOfTheTopic_getTheObject() throws Exception {
        Publisher publisher = builder()
                .subscribe("greetings", String.class, (text, message) -> seen.add("one " + text + message.id()))
                .subscribe("greetings", Object.class, (text, message) -> seen.add("two " + text))
                .subscribe("others", String.class, (text, message) -> seen.add("other"))
                .build();

        assertThat(end(publisher, message("greetings", "text"))).isNull();
        assertThat(seen).containsExactlyInAnyOrder("one hi1", "two hi");
    }

    @Test
    void publish_confirmation_waitsForTheLastSubscriber() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        Publisher publisher = builder()
                .subscribe("a", String.class, (text, message) -> {})
                .subscribe("a", String.class, (text, message) -> mayEnd.await(20, TimeUnit.SECONDS))
                .build();

        CompletionStage<?> stage = publisher.publish(message("a", "text"));

        assertThat(stage.toCompletableFuture()).isNotDone();
        mayEnd.countDown();
        stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void publish_subscriberThatFails_failsTheMessageWithItsException() throws Exception {
        Publisher publisher = builder()
                .subscribe("a", String.class, (text, message) -> {
                    throw new IOException("disk");
                })
                .subscribe("a", String.class, (text, message) -> seen.add(text))
                .build();

        assertThat(end(publisher, message("a", "text")))
                .isInstanceOf(IOException.class)
                .hasMessage("disk");
        assertThat(seen).containsExactly("hi");
    }

    @Test
    void publish_subscriberThatThrowsAnError_failsTheMessage() throws Exception {
        Publisher publisher = builder()
                .subscribe("a", String.class, (text, message) -> {
                    throw new AssertionError("bug");
                })
                .build();

        assertThat(end(publisher, message("a", "text"))).isInstanceOf(AssertionError.class);
    }

    @Test
    void publish_severalFailures_theOneForGoodGoesFirst() throws Exception {
        Publisher publisher = builder()
                .subscribe("a", String.class, (text, message) -> {
                    throw new IOException("disk");
                })
                .subscribe("a", String.class, (text, message) -> {
                    throw new PoisonMessageException("never", null);
                })
                .build();

        assertThat(end(publisher, message("a", "text")))
                .isInstanceOf(PoisonMessageException.class)
                .hasMessage("never");
    }

    @Test
    void publish_payloadThatCannotBeRead_isPoison() throws Exception {
        Publisher publisher = builder()
                .subscribe("a", String.class, (text, message) -> seen.add(text))
                .build();

        assertThat(end(publisher, message("a", "java.lang.Runtime")))
                .isInstanceOf(PoisonMessageException.class)
                .hasMessageContaining("no type is registered by that name")
                .hasCauseInstanceOf(PayloadException.class);
        assertThat(end(publisher, message("a", "bytes"))).isInstanceOf(PoisonMessageException.class);
        assertThat(seen).isEmpty();
    }

    @Test
    void publish_topicWithoutSubscriber_failsUnlessIgnored() throws Exception {
        assertThatThrownBy(() -> builder().build().publish(message("lost", "text")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nobody subscribes to topic lost");
        assertThat(end(builder().ignoreUnknownTopics().build(), message("lost", "text")))
                .isNull();
    }

    @Test
    void publish_executorThatRefuses_failsTheMessage() throws Exception {
        Publisher publisher = builder()
                .subscribe("a", String.class, (text, message) -> {})
                .executor(task -> {
                    throw new RejectedExecutionException("full");
                })
                .build();

        assertThat(end(publisher, message("a", "text"))).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void publish_subscribers_runOnTheExecutor() throws Exception {
        AtomicInteger tasks = new AtomicInteger();
        Publisher publisher = builder()
                .subscribe("a", String.class, (text, message) -> {})
                .subscribe("a", String.class, (text, message) -> {})
                .executor(task -> {
                    tasks.incrementAndGet();
                    task.run();
                })
                .build();

        assertThat(end(publisher, message("a", "text"))).isNull();
        assertThat(tasks).hasValue(2);
    }

    @Test
    void close_laterMessages_areNotTaken() {
        Publisher publisher =
                builder().subscribe("a", String.class, (text, message) -> {}).build();

        publisher.close();

        assertThatThrownBy(() -> publisher.publish(message("a", "text")))
                .isInstanceOf(PublisherUnavailableException.class);
    }
}
