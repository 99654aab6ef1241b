package dev.seawall.outbox.kafka;

import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.WireMessage;
import dev.seawall.outbox.suite.ConsumerBroker;
import dev.seawall.outbox.suite.Messages;
import dev.seawall.outbox.suite.Stored;
import dev.seawall.outbox.suite.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** One broker in this JVM, which tells its clients to come through the proxy. */
final class EmbeddedKafka implements ConsumerBroker, AutoCloseable {

    private final KafkaClusterTestKit kit;
    private final TcpProxy proxy;
    private final Admin admin;
    private int port;

    private EmbeddedKafka() {
        try {
            proxy = TcpProxy.to(() -> port);
            kit = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                            .setCombined(true)
                            .setNumBrokerNodes(1)
                            .setNumControllerNodes(1)
                            .setPerServerProperties(
                                    Map.of(0, Map.of("advertised.listeners", "EXTERNAL://127.0.0.1:" + proxy.port())))
                            .build())
                    .setConfigProp("offsets.topic.replication.factor", "1")
                    .setConfigProp("offsets.topic.num.partitions", "1")
                    .setConfigProp("transaction.state.log.replication.factor", "1")
                    .setConfigProp("transaction.state.log.min.isr", "1")
                    .setConfigProp("group.initial.rebalance.delay.ms", "0")
                    .setConfigProp("auto.create.topics.enable", "false")
                    .build();
            kit.format();
            kit.startup();
            kit.waitForReadyBrokers();
            port = Integer.parseInt(kit.bootstrapServers().replaceAll(".*:", ""));
            admin = Admin.create(Map.of("bootstrap.servers", bootstrap()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static EmbeddedKafka start() {
        return new EmbeddedKafka();
    }

    String bootstrap() {
        return "127.0.0.1:" + proxy.port();
    }

    Map<String, Object> producer() {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrap(),
                "delivery.timeout.ms",
                2_000,
                "request.timeout.ms",
                1_500,
                "max.block.ms",
                600,
                "reconnect.backoff.max.ms",
                100));
    }

    @Override
    public Publisher publisher() {
        return KafkaPublisher.of(producer());
    }

    @Override
    public String newTopic() {
        return newTopic(2, Map.of());
    }

    String newTopic(int partitions, Map<String, String> configs) {
        var name = "t-" + Messages.unique();
        create(name, partitions, configs);
        return name;
    }

    void create(String name, int partitions, Map<String, String> configs) {
        try {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new AssertionError(e);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public TcpProxy proxy() {
        return proxy;
    }

    @Override
    public List<Stored> stored(String topic, int atLeast) {
        return records(topic, atLeast).stream().map(EmbeddedKafka::stored).toList();
    }

    List<ConsumerRecord<byte[], byte[]>> records(String topic, int atLeast) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                var ends = consumer.endOffsets(partitions);
                boolean atEnd = partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p));
                if (atEnd && records.size() >= atLeast) {
                    return records;
                }
            }
        }
        throw new AssertionError("only " + records.size() + " records in " + topic);
    }

    private static Stored stored(ConsumerRecord<byte[], byte[]> record) {
        var headers = new HashMap<String, String>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        var contentType = String.valueOf(headers.remove("content-type"));
        var key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
        return new Stored(key, WireMessage.of(contentType, headers, record.value()));
    }

    Map<String, Object> consumer(String group) {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrap(),
                "group.id",
                group,
                "session.timeout.ms",
                6_000,
                "heartbeat.interval.ms",
                500,
                "reconnect.backoff.max.ms",
                100));
    }

    @Override
    public AutoCloseable consumer(String topic, Receiver receiver, InboxConsumerConfig config) {
        create(topic + ".dead-letter", 1, Map.of());
        var consumer = KafkaInboxConsumer.of(
                KafkaInboxConsumerConfig.builder(consumer("group-" + topic), List.of(topic))
                        .inbox(config)
                        .build(),
                receiver);
        consumer.start();
        return consumer;
    }

    @Override
    public void sendRaw(String topic, WireMessage wire) {
        var record = new ProducerRecord<byte[], byte[]>(topic, "key".getBytes(StandardCharsets.UTF_8), wire.body());
        wire.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        try (var producer = new KafkaProducer<>(producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int setAside(String topic) {
        return records(topic + ".dead-letter", 1).size();
    }

    @Override
    public int tooLarge() {
        return 1_100_000;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
        try {
            kit.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            proxy.close();
        }
    }
}
