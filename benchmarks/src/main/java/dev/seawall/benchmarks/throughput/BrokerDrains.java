package dev.seawall.benchmarks.throughput;

import dev.seawall.benchmarks.throughput.Contender.Role;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.Publisher;
import dev.seawall.payload.EncodedPayload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Drains to a broker, beside the publisher without an outbox and the broker's bare client without either. */
final class BrokerDrains {

    private static final int WARM_UP = 2; // rounds
    private static final int PARTITIONS = 16;
    private static final byte[] PAYLOAD = new byte[OutboxTables.PAYLOAD_BYTES];

    private final OutboxDrain drain;
    private final Broker broker;
    private final List<Envelope> messages;
    private final List<Double> drained = new ArrayList<>();
    private final List<Double> alone = new ArrayList<>();
    private final List<Double> bare = new ArrayList<>();
    private final List<Double> barest = new ArrayList<>();

    BrokerDrains(OutboxTables tables, Broker broker, int messages) {
        this.drain = new OutboxDrain(tables);
        this.broker = broker;
        this.messages =
                IntStream.range(0, messages).mapToObj(BrokerDrains::envelope).toList();
    }

    List<Finding> measure(int rounds) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            round();
        }
        List.of(drained, alone, bare, barest).forEach(List::clear);
        for (int i = 0; i < rounds; i++) {
            round();
        }
        Finding ours = rates("Seawall", Role.OWN, drained);
        Finding floor = rates("bare client", Role.FLOOR, bare);
        Finding barestFloor = rates("bare client, no headers", Role.FLOOR, barest);
        return List.of(
                ours,
                rates("its publisher alone", Role.OWN, alone),
                floor,
                barestFloor,
                beside(ours, floor),
                beside(ours, barestFloor));
    }

    private Finding rates(String who, Role role, List<Double> values) {
        return new Finding(broker.load(), who, role, Finding.MESSAGES, values);
    }

    private static Finding beside(Finding ours, Finding floor) {
        return Finding.of(
                ours.load(),
                ours.who() + " beside the " + floor.who(),
                Role.OWN,
                Finding.TIMES,
                ours.median() / floor.median());
    }

    private void round() throws Exception {
        drained.add(drain.own(messages.size(), connected()));
        alone.add(alone());
        bare.add(broker.bare(messages, true));
        barest.add(broker.bare(messages, false));
    }

    /** Connections are made once in a long while. */
    private Publisher connected() throws Exception {
        Publisher publisher = broker.publisher();
        publish(publisher, messages.subList(0, 1));
        return publisher;
    }

    private double alone() throws Exception {
        try (Publisher publisher = connected()) {
            long begin = System.nanoTime();
            publish(publisher, messages);
            return messages.size() * 1e9 / (System.nanoTime() - begin);
        }
    }

    private static void publish(Publisher publisher, List<Envelope> envelopes) throws Exception {
        List<CompletableFuture<?>> ends = new ArrayList<>();
        for (Envelope envelope : envelopes) {
            ends.add(publisher.publish(envelope).toCompletableFuture());
        }
        publisher.flush();
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .get(OutboxDrain.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** As the relay hands it over. */
    private static Envelope envelope(int number) {
        Message message = OutboxTables.message(number, PAYLOAD);
        return new Envelope(
                UUID.randomUUID().toString(),
                message.topic(),
                message.key(),
                EncodedPayload.of("bytes", 1, "application/octet-stream", PAYLOAD),
                Map.of(),
                new Envelope.Position(number % PARTITIONS, 1, number),
                Instant.EPOCH);
    }
}
