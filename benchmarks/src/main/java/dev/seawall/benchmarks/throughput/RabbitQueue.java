package dev.seawall.benchmarks.throughput;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.WireMessage;
import dev.seawall.outbox.rabbitmq.RabbitPublisher;
import dev.seawall.outbox.rabbitmq.RabbitPublisherConfig;
import java.io.IOException;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A durable queue of this run on the RabbitMQ of this machine, which goes with the run, however that ends. */
final class RabbitQueue implements Broker {

    private static final int UNDER_WAY = 1_000;
    private static final long PATIENCE_SECONDS = 60;
    private static final int GONE_AFTER_MILLIS = 600_000;

    private final ConnectionFactory factory;
    private final Connection connection;
    private final String name = "seawall." + UUID.randomUUID();

    private RabbitQueue(ConnectionFactory factory) throws IOException, TimeoutException {
        this.factory = factory;
        this.connection = factory.newConnection();
        try (Channel channel = connection.createChannel()) {
            channel.queueDeclare(name, true, false, false, Map.of("x-expires", GONE_AFTER_MILLIS));
        }
    }

    /** The one with the usual port, user and password; {@code null} if it does not let us in. */
    static @Nullable RabbitQueue find() {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setConnectionTimeout(2_000);
        try {
            return new RabbitQueue(factory);
        } catch (IOException | TimeoutException silent) {
            return null;
        }
    }

    @Override
    public String load() {
        return "drain to RabbitMQ, confirmed, 1,000 under way";
    }

    /** With as many messages under way as the bare client. */
    @Override
    public Publisher publisher() throws IOException, TimeoutException {
        purge();
        return RabbitPublisher.of(
                factory,
                RabbitPublisherConfig.builder()
                        .exchange(message -> "")
                        .routingKey(message -> name)
                        .maxUnconfirmed(UNDER_WAY)
                        .build());
    }

    private void purge() throws IOException, TimeoutException {
        try (Channel channel = connection.createChannel()) {
            channel.queuePurge(name);
        }
    }

    /** Persistent, mandatory and confirmed messages, as the publisher sends them, on one channel. */
    @Override
    public double bare(List<Envelope> messages, boolean headers)
            throws IOException, TimeoutException, InterruptedException {
        purge();
        Semaphore room = new Semaphore(UNDER_WAY);
        ConcurrentSkipListMap<Long, Long> underWay = new ConcurrentSkipListMap<>();
        List<AMQP.BasicProperties> properties = messages.stream()
                .map(message -> headers ? properties(message) : MessageProperties.PERSISTENT_BASIC)
                .toList();
        try (Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            channel.addConfirmListener(
                    (number, multiple) -> confirmed(underWay, room, number, multiple),
                    (number, multiple) -> {}); // whoever waits for it fails
            long begin = System.nanoTime();
            for (int i = 0; i < messages.size(); i++) {
                await(room, 1);
                long number = channel.getNextPublishSeqNo();
                underWay.put(number, number);
                byte[] body = messages.get(i).payload().bytes();
                channel.basicPublish("", name, true, properties.get(i), body);
            }
            await(room, UNDER_WAY);
            return messages.size() * 1e9 / (System.nanoTime() - begin);
        }
    }

    private static AMQP.BasicProperties properties(Envelope message) {
        WireMessage wire = EnvelopeFormat.plain().write(message);
        return MessageProperties.PERSISTENT_BASIC
                .builder()
                .contentType(wire.contentType())
                .messageId(message.id())
                .timestamp(Date.from(message.createdAt()))
                .headers(Map.copyOf(wire.headers()))
                .build();
    }

    private static void confirmed(
            ConcurrentSkipListMap<Long, Long> underWay, Semaphore room, long number, boolean multiple) {
        if (!multiple) {
            underWay.remove(number);
            room.release();
            return;
        }
        while (!underWay.isEmpty() && underWay.firstKey() <= number) {
            underWay.pollFirstEntry();
            room.release();
        }
    }

    private static void await(Semaphore room, int permits) throws InterruptedException {
        if (!room.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not confirmed within " + PATIENCE_SECONDS + " s");
        }
    }

    @Override
    public void close() throws IOException, TimeoutException {
        try (connection;
                Channel channel = connection.createChannel()) {
            channel.queueDelete(name);
        }
    }
}
