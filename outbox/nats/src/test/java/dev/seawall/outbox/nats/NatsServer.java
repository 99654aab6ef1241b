package dev.seawall.outbox.nats;

import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.WireMessage;
import dev.seawall.outbox.suite.ConsumerBroker;
import dev.seawall.outbox.suite.Messages;
import dev.seawall.outbox.suite.Stored;
import dev.seawall.outbox.suite.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** A server somewhere, with the streams that a test has made there, and takes away again. */
final class NatsServer implements ConsumerBroker, AutoCloseable {

    static final NatsPublisherConfig CONFIG =
            NatsPublisherConfig.builder().patience(Duration.ofSeconds(1)).build();

    private final TcpProxy proxy;
    private final Connection connection;
    private final JetStreamManagement management;
    private final Map<String, AtomicInteger> advisories = new ConcurrentHashMap<>();
    private final List<String> made = new ArrayList<>();

    private NatsServer(int port) throws Exception {
        proxy = TcpProxy.to(() -> port);
        connection = Nats.connect("nats://127.0.0.1:" + port);
        management = connection.jetStreamManagement();
    }

    static NatsServer at(int port) {
        try {
            return new NatsServer(port);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static Options options(int port) {
        return Options.builder()
                .server("nats://127.0.0.1:" + port)
                .ignoreDiscoveredServers()
                .reconnectWait(Duration.ofMillis(50))
                .reconnectJitter(Duration.ofMillis(1))
                .connectionTimeout(Duration.ofSeconds(1))
                .build();
    }

    /** Through the proxy. */
    Options options() {
        return options(proxy.port());
    }

    JetStreamManagement management() {
        return management;
    }

    @Override
    public Publisher publisher() {
        return NatsPublisher.of(options(), CONFIG);
    }

    @Override
    public String newTopic() {
        return newStream(StreamConfiguration.builder());
    }

    /** A stream and its only subject, of one name. */
    String newStream(StreamConfiguration.Builder stream) {
        var name = "t-" + Messages.unique();
        try {
            management.addStream(stream.name(name)
                    .subjects(name)
                    .storageType(StorageType.Memory)
                    .build());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        made.add(name);
        return name;
    }

    @Override
    public TcpProxy proxy() {
        return proxy;
    }

    @Override
    public List<Stored> stored(String topic, int atLeast) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try {
            while (System.nanoTime() < deadline) {
                var state = management.getStreamInfo(topic).getStreamState();
                if (state.getMsgCount() >= atLeast) {
                    return read(topic, state.getFirstSequence(), state.getLastSequence());
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            throw new AssertionError(
                    "only " + management.getStreamInfo(topic).getStreamState().getMsgCount() + " messages in " + topic);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<Stored> read(String topic, long first, long last) throws Exception {
        var found = new ArrayList<Stored>();
        for (long sequence = first; sequence <= last; sequence++) {
            var message = management.getMessage(topic, sequence);
            var headers = new HashMap<String, String>();
            message.getHeaders().forEach((name, values) -> headers.put(name, HeaderText.decoded(values.get(0))));
            headers.remove("Nats-Msg-Id");
            var contentType = headers.remove("content-type");
            var body = message.getData() == null ? new byte[0] : message.getData();
            found.add(new Stored(null, WireMessage.of(contentType, headers, body)));
        }
        return found;
    }

    @Override
    public AutoCloseable consumer(String topic, Receiver receiver, InboxConsumerConfig config) {
        var durable = ConsumerConfiguration.builder()
                .durable("suite")
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(Duration.ofSeconds(1))
                .maxAckPending(1)
                .build();
        var consumer = NatsInboxConsumer.of(options(), topic, durable, receiver, config);
        advisories.computeIfAbsent(topic, this::countAdvisories);
        consumer.start();
        return consumer;
    }

    private AtomicInteger countAdvisories(String stream) {
        var count = new AtomicInteger();
        connection
                .createDispatcher(message -> count.incrementAndGet())
                .subscribe("$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED." + stream + ".suite");
        return count;
    }

    @Override
    public void sendRaw(String topic, WireMessage wire) {
        var headers = new Headers();
        wire.headers().forEach((name, value) -> headers.put(name, value));
        try {
            connection.jetStream().publish(topic, headers, wire.body());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The server tells of messages that were terminated. */
    @Override
    public int setAside(String topic) {
        var count = advisories.get(topic);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> count.get() > 0);
        return count.get();
    }

    @Override
    public int tooLarge() {
        return (int) connection.getMaxPayload() + 1;
    }

    @Override
    public void close() {
        try {
            for (String name : made) {
                management.deleteStream(name);
            }
            connection.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            proxy.close();
        }
    }
}
