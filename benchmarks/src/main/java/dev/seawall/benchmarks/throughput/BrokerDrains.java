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

/** Drains to a broker, beside its bare client and beside the publisher without an outbox. */
final class BrokerDrains {

    private static final byte[] PAYLOAD = new byte[OutboxTables.PAYLOAD_BYTES];

    private final OutboxDrain drain;
    private final List<Double> drained = new ArrayList<>();
    private final List<Double> alone = new ArrayList<>();
    private final List<Double> bare = new ArrayList<>();

    BrokerDrains(OutboxTables tables) {
        this.drain = new OutboxDrain(tables);
    }

    List<Finding> measure(Broker broker, int messages, int rounds) throws Exception {
        for (int i = 0; i < 2; i++) { // to warm up
            round(broker, messages);
        }
        drained.clear();
        alone.clear();
        bare.clear();
        for (int i = 0; i < rounds; i++) {
            round(broker, messages);
        }
        Finding ours = new Finding(broker.load(), "Seawall", Role.OWN, Finding.MESSAGES, drained);
        Finding sent = new Finding(broker.load(), "its publisher alone", Role.OWN, Finding.MESSAGES, alone);
        Finding floor = new Finding(broker.load(), "bare client", Role.FLOOR, Finding.MESSAGES, bare);
        return List.of(ours, sent, floor, beside(ours, floor), beside(sent, floor));
    }

    private static Finding beside(Finding ours, Finding floor) {
        return Finding.of(
                ours.load(),
                ours.who() + " beside the bare client",
                Role.OWN,
                Finding.TIMES,
                ours.median() / floor.median());
    }

    private void round(Broker broker, int messages) throws Exception {
        drained.add(drain.own(messages, connected(broker)));
        alone.add(alone(broker, messages));
        bare.add(broker.bare(messages));
    }

    /** Connections are made once in a long while. */
    private static Publisher connected(Broker broker) throws Exception {
        Publisher publisher = broker.publisher();
        publish(publisher, List.of(envelope(0)));
        return publisher;
    }

    private static double alone(Broker broker, int messages) throws Exception {
        List<Envelope> envelopes =
                IntStream.range(0, messages).mapToObj(BrokerDrains::envelope).toList();
        try (Publisher publisher = connected(broker)) {
            long begin = System.nanoTime();
            publish(publisher, envelopes);
            return messages * 1e9 / (System.nanoTime() - begin);
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
                new Envelope.Position(number % 16, 1, number),
                Instant.EPOCH);
    }
}
