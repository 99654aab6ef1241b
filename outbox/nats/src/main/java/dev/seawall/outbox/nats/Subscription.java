package dev.seawall.outbox.nats;

import dev.seawall.outbox.WireMessage;
import io.nats.client.Connection;
import io.nats.client.ConsumeOptions;
import io.nats.client.ConsumerContext;
import io.nats.client.IterableConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.StreamContext;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection that pulls for one durable consumer. It mends itself; if it cannot, it ends. */
final class Subscription {

    private static final String CONTENT_TYPE = "content-type";
    private static final int CONSUMER_NOT_FOUND = 10014;
    private static final int AHEAD = 20;

    private final Connection connection;
    private final IterableConsumer messages;

    private Subscription(Connection connection, IterableConsumer messages) {
        this.connection = connection;
        this.messages = messages;
    }

    static Subscription open(Options options, String stream, ConsumerConfiguration durable)
            throws IOException, InterruptedException, JetStreamApiException {
        Connection connection = Nats.connect(options);
        try {
            ConsumerContext consumer = consumer(connection.getStreamContext(stream), durable);
            IterableConsumer messages =
                    consumer.iterate(ConsumeOptions.builder().batchSize(AHEAD).build());
            return new Subscription(connection, messages);
        } catch (IOException | JetStreamApiException | RuntimeException failure) {
            connection.close();
            throw failure;
        }
    }

    private static ConsumerContext consumer(StreamContext stream, ConsumerConfiguration durable)
            throws IOException, JetStreamApiException {
        try {
            return stream.getConsumerContext(String.valueOf(durable.getDurable()));
        } catch (JetStreamApiException failure) {
            if (failure.getApiErrorCode() != CONSUMER_NOT_FOUND) {
                throw failure;
            }
            return stream.createOrUpdateConsumer(durable);
        }
    }

    /** The next message; {@code null} if none comes in time. */
    @Nullable
    Message next(long millis) throws IOException, InterruptedException, JetStreamStatusCheckedException {
        if (messages.isFinished() || connection.getStatus() == Connection.Status.CLOSED) {
            throw new IOException("the subscription has ended");
        }
        return messages.nextMessage(millis);
    }

    static WireMessage wire(Message message) {
        Map<String, String> headers = new HashMap<>();
        String contentType = "";
        Headers sent = message.getHeaders();
        if (sent != null) {
            for (String name : sent.keySet()) {
                headers.put(name, HeaderText.decoded(String.valueOf(sent.getFirst(name))));
            }
            for (String name : sent.keySet()) {
                String lower = name.toLowerCase(Locale.ROOT);
                if (lower.equals(CONTENT_TYPE)) {
                    contentType = String.valueOf(headers.remove(name));
                } else if (lower.startsWith("nats-")) {
                    headers.remove(name); // the server's, or for it
                }
            }
        }
        byte[] body = message.getData();
        return WireMessage.of(contentType, headers, body == null ? new byte[0] : body);
    }

    void close() {
        messages.stop();
        try {
            connection.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
