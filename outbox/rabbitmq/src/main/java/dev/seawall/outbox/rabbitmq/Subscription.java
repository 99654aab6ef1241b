package dev.seawall.outbox.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One connection that consumes one queue, from its start to its end; it is not mended. */
final class Subscription {

    private static final int CLOSE_MILLIS = 1_000;

    private final Connection connection;
    private final Channel channel;
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>(); // bounded by the prefetch count
    private volatile boolean cancelled;

    private Subscription(Connection connection, Channel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    static Subscription open(ConnectionFactory factory, String queue, int prefetch)
            throws IOException, TimeoutException {
        Connection connection = factory.newConnection("seawall-inbox");
        try {
            Channel channel = connection.createChannel();
            if (channel == null) {
                throw new IOException("the broker allows no channel");
            }
            Subscription subscription = new Subscription(connection, channel);
            channel.basicQos(prefetch);
            channel.basicConsume(queue, false, subscription.new Arrivals(channel));
            return subscription;
        } catch (IOException | RuntimeException failure) {
            connection.abort(CLOSE_MILLIS);
            throw failure;
        }
    }

    /** On the client's threads. */
    private final class Arrivals extends DefaultConsumer {

        Arrivals(Channel channel) {
            super(channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            deliveries.add(Delivery.of(envelope, properties, body));
        }

        /** The queue is gone, or its node. */
        @Override
        public void handleCancel(String tag) {
            cancelled = true;
        }
    }

    /** The next message; {@code null} if none comes in time. */
    @Nullable
    Delivery next(long millis) throws IOException, InterruptedException {
        requireOpen(); // what was delivered on a closed channel is back in the queue
        return deliveries.poll(millis, TimeUnit.MILLISECONDS);
    }

    void requireOpen() throws IOException {
        if (cancelled || !channel.isOpen()) {
            throw new IOException("the connection to the queue was lost");
        }
    }

    void acknowledge(Delivery delivery) throws IOException {
        try {
            channel.basicAck(delivery.tag(), false);
        } catch (AlreadyClosedException lost) { // it comes again, and the inbox knows it
            throw new IOException("the connection was lost before a message was acknowledged", lost);
        }
    }

    void reject(Delivery delivery) throws IOException {
        try {
            channel.basicReject(delivery.tag(), false);
        } catch (AlreadyClosedException lost) { // it comes again
            throw new IOException("the connection was lost before a message was rejected", lost);
        }
    }

    void close() {
        connection.abort(CLOSE_MILLIS);
    }
}
