package dev.seawall.outbox.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.WireMessage;
import dev.seawall.outbox.suite.ConsumerBroker;
import dev.seawall.outbox.suite.Messages;
import dev.seawall.outbox.suite.Services;
import dev.seawall.outbox.suite.Stored;
import dev.seawall.outbox.suite.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A broker somewhere, with what a test has made there, and takes away again. */
final class AmqpBroker implements ConsumerBroker, AutoCloseable {

    static final RabbitPublisherConfig CONFIG = RabbitPublisherConfig.builder()
            .patience(Duration.ofSeconds(2))
            .maxBytes(1_000_000)
            .build();

    private final int port;
    private final String virtualHost;
    private final String deadLetterArgument; // of a queue, names an exchange
    private final TcpProxy proxy;
    private final Connection connection;
    private final Channel channel;
    private final String deadLetters = "d-" + Messages.unique();
    private final List<String> made = new ArrayList<>();

    private AmqpBroker(int port, String virtualHost, String deadLetterArgument) throws Exception {
        this.deadLetterArgument = deadLetterArgument;
        this.port = port;
        this.virtualHost = virtualHost;
        this.proxy = TcpProxy.to(() -> port);
        this.connection = factory(port).newConnection();
        this.channel = connection.createChannel();
        channel.exchangeDeclare(deadLetters, "fanout", true);
        channel.queueDeclare(deadLetters, true, false, false, Map.of());
        channel.queueBind(deadLetters, deadLetters, "");
    }

    static AmqpBroker qpid(EmbeddedQpid qpid) {
        return at(qpid.port(), EmbeddedQpid.VIRTUAL_HOST, "alternateExchange");
    }

    static AmqpBroker rabbit() {
        return at(Services.port("RabbitMQ", 5672), "/", "x-dead-letter-exchange");
    }

    private static AmqpBroker at(int port, String virtualHost, String deadLetterArgument) {
        try {
            return new AmqpBroker(port, virtualHost, deadLetterArgument);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private ConnectionFactory factory(int port) {
        var factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setVirtualHost(virtualHost);
        return factory;
    }

    /** Through the proxy. */
    ConnectionFactory factory() {
        return factory(proxy.port());
    }

    Channel channel() {
        return channel;
    }

    @Override
    public Publisher publisher() {
        return RabbitPublisher.of(factory(), CONFIG);
    }

    @Override
    public String newTopic() {
        // Qpid sends a rejected message back, unless that was one delivery too many; RabbitMQ does not know that
        // argument
        return newTopic(Map.of(deadLetterArgument, deadLetters, "x-qpid-maximum-delivery-count", 1));
    }

    /** An exchange and a queue of the same name; everything goes there. */
    String newTopic(Map<String, Object> arguments) {
        try {
            var name = newExchange();
            channel.queueDeclare(name, true, false, false, arguments);
            channel.queueBind(name, name, "");
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String newExchange() throws IOException {
        var name = "t-" + Messages.unique();
        channel.exchangeDeclare(name, "fanout", true);
        made.add(name);
        return name;
    }

    @Override
    public TcpProxy proxy() {
        return proxy;
    }

    @Override
    public List<Stored> stored(String topic, int atLeast) {
        var found = new ArrayList<Stored>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try {
            while (System.nanoTime() < deadline) {
                GetResponse response = channel.basicGet(topic, true);
                if (response != null) {
                    found.add(stored(response));
                } else if (found.size() >= atLeast) {
                    return found;
                } else {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("only " + found.size() + " messages in " + topic);
    }

    private static Stored stored(GetResponse response) {
        AMQP.BasicProperties properties = response.getProps();
        var headers = new HashMap<String, String>();
        properties.getHeaders().forEach((name, value) -> headers.put(name, value.toString()));
        return new Stored(
                null, WireMessage.of(String.valueOf(properties.getContentType()), headers, response.getBody()));
    }

    @Override
    public AutoCloseable consumer(String topic, Receiver receiver, InboxConsumerConfig config) {
        var consumer = RabbitInboxConsumer.of(factory(), topic, 10, receiver, config);
        consumer.start();
        return consumer;
    }

    @Override
    public void sendRaw(String topic, WireMessage wire) {
        try {
            var properties = new AMQP.BasicProperties.Builder()
                    .headers(Map.copyOf(wire.headers()))
                    .build();
            channel.basicPublish(topic, "", properties, wire.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The broker has one queue for them all; the tests come one after another. */
    @Override
    public int setAside(String topic) {
        return stored(deadLetters, 1).size();
    }

    @Override
    public int tooLarge() {
        return 1_000_001;
    }

    @Override
    public void close() {
        try {
            for (String name : made) {
                delete(open -> open.queueDelete(name));
                delete(open -> open.exchangeDelete(name));
            }
            delete(open -> open.queueDelete(deadLetters));
            delete(open -> open.exchangeDelete(deadLetters));
            connection.close(1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            proxy.close();
        }
    }

    private interface Deletion {
        void on(Channel open) throws IOException;
    }

    /** Some brokers close the channel over what was deleted before. */
    private void delete(Deletion deletion) throws IOException {
        var open = connection.createChannel();
        try {
            deletion.on(open);
        } catch (IOException e) {
            // it was deleted before
        } finally {
            open.abort();
        }
    }

    @Override
    public String toString() {
        return "broker at " + port;
    }
}
