package dev.seawall.benchmarks.throughput;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.WireMessage;
import dev.seawall.outbox.kafka.KafkaPublisher;
import dev.seawall.outbox.kafka.KafkaPublisherConfig;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A Kafka broker of this run in a process of its own, with one topic. */
final class KafkaProcess implements Broker {

    private static final Path FOLDER = Path.of("benchmarks", "kafka-broker", "target");
    private static final String LISTENS = "listens ";
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 4;
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final String address;

    private KafkaProcess(Process process) throws Exception {
        this.process = process;
        this.address = address(process);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    static KafkaProcess start() throws Exception {
        if (!Files.isDirectory(FOLDER.resolve("lib"))) {
            throw new IllegalStateException(FOLDER + " is not built");
        }
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        FOLDER.resolve("classes") + File.pathSeparator + FOLDER.resolve("lib") + "/*",
                        "dev.seawall.kafkabroker.KafkaBroker"))
                .redirectErrorStream(true)
                .start();
        try {
            return new KafkaProcess(process);
        } catch (Exception failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    private static String address(Process process) throws IOException {
        StringBuilder said = new StringBuilder();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8); // open for as long as the broker is
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(LISTENS)) {
                return line.substring(LISTENS.length());
            }
            said.append(line).append('\n');
        }
        throw new IllegalStateException("the broker did not start: " + said);
    }

    @Override
    public String load() {
        return "drain to Kafka, acks=all, " + PARTITIONS + " partitions";
    }

    @Override
    public Publisher publisher() {
        return KafkaPublisher.of(KafkaPublisherConfig.builder(Map.of("bootstrap.servers", address))
                .topics(any -> TOPIC)
                .build());
    }

    /** The client's own settings: idempotent, several requests under way, as much as its buffer holds. */
    @Override
    public double bare(List<Envelope> messages, boolean headers) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records =
                messages.stream().map(message -> record(message, headers)).toList();
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "acks", "all", "enable.idempotence", true),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(record(messages.get(0), headers)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long begin = System.nanoTime();
            for (ProducerRecord<byte[], byte[]> next : records) {
                var unused = producer.send(next, (where, failure) -> failed.compareAndSet(null, failure));
            }
            producer.flush();
            long nanos = System.nanoTime() - begin;
            if (failed.get() != null) {
                throw new ExecutionException("the bare client failed", failed.get());
            }
            return messages.size() * 1e9 / nanos;
        }
    }

    private static ProducerRecord<byte[], byte[]> record(Envelope message, boolean headers) {
        WireMessage wire = EnvelopeFormat.plain().write(message);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(TOPIC, bytes(String.valueOf(message.key())), wire.body());
        if (headers) {
            wire.headers().forEach((name, value) -> record.headers().add(name, bytes(value)));
            record.headers().add("content-type", bytes(wire.contentType()));
        }
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The broker removes its data when it ends by itself. */
    @Override
    public void close() throws IOException, TimeoutException {
        process.outputWriter().close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException("the Kafka broker did not end within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
