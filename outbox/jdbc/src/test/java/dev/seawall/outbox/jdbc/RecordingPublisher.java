package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Publisher;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given, in order, and answers as a test says. */
final class RecordingPublisher implements Publisher {

    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final List<Envelope> published = new CopyOnWriteArrayList<>();
    private volatile Function<Envelope, @Nullable CompletionStage<?>> answer = message -> null;
    private volatile boolean closed;

    /** Answers some messages otherwise than by a confirmation; {@code null} confirms. */
    void answering(Function<Envelope, @Nullable CompletionStage<?>> answer) {
        this.answer = answer;
    }

    static CompletionStage<?> failure(Throwable failure) {
        return CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<?> publish(Envelope message) {
        CompletionStage<?> other = answer.apply(message);
        if (other != null) {
            return other;
        }
        published.add(message);
        return DONE;
    }

    List<Envelope> published() {
        return published;
    }

    List<String> texts() {
        return published.stream().map(RecordingPublisher::text).toList();
    }

    List<String> texts(String key) {
        return published.stream()
                .filter(message -> key.equals(message.key()))
                .map(RecordingPublisher::text)
                .toList();
    }

    static String text(Envelope message) {
        return new String(message.payload().bytes(), StandardCharsets.UTF_8);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
