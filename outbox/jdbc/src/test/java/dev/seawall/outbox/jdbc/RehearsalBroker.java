package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.test.HistoryEvent.Published;
import dev.seawall.test.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A broker in memory. Messages take their time to arrive, some are refused, and of some the publisher does not learn. */
final class RehearsalBroker implements AutoCloseable {

    private static final double REFUSALS = 0.04;
    private static final double SILENCES = 0.02;
    private static final int LONGEST_MICROS = 6_000;

    private final Defect defect;
    private final ScheduledExecutorService network = Executors.newScheduledThreadPool(2);
    private final ReentrantLock lock = new ReentrantLock();

    // guarded by lock
    private final SeededRandom random;
    private final Map<String, Long> arrivals = new HashMap<>();
    private final List<Envelope> log = new ArrayList<>();
    private final List<Published> published = new ArrayList<>();
    private long unknown;
    private long mostInFlight;

    RehearsalBroker(Defect defect, SeededRandom random) {
        this.defect = defect;
        this.random = random;
    }

    Line line() {
        return new Line();
    }

    List<Envelope> log() {
        return locked(() -> List.copyOf(log));
    }

    List<Published> published() {
        return locked(() -> List.copyOf(published));
    }

    /** How often a publisher did not learn that its message had arrived. */
    long unknown() {
        return locked(() -> unknown);
    }

    /** How many messages a relay had handed over at a time and not acknowledged. */
    long mostInFlight() {
        return locked(() -> mostInFlight);
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        network.shutdown();
        try {
            if (!network.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new AssertionError("messages are still under way");
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private void arrive(Envelope message) {
        String key = Objects.requireNonNull(message.key());
        Envelope.Position position = Objects.requireNonNull(message.position());
        log.add(message);
        published.add(new Published(
                message.id(),
                key,
                Long.parseLong(new String(message.payload().bytes(), StandardCharsets.UTF_8)),
                arrivals.merge(key, 1L, Long::sum),
                position.partition(),
                position.epoch(),
                position.sequence()));
    }

    /** What one relay publishes through. */
    final class Line implements Publisher {

        private final Set<String> handedOver = new HashSet<>(); // guarded by lock
        private final Set<String> confirmed = new HashSet<>(); // guarded by lock
        private Set<String> beingAcknowledged = Set.of(); // guarded by lock
        private @Nullable SteeredDataSource process;

        /** Whose life it shares. */
        void through(SteeredDataSource process) {
            this.process = process;
        }

        void acknowledging() {
            locked(() -> beingAcknowledged = Set.copyOf(confirmed));
        }

        void acknowledged() {
            locked(() -> handedOver.removeAll(beingAcknowledged) | confirmed.removeAll(beingAcknowledged));
        }

        @Override
        public CompletionStage<?> publish(Envelope message) {
            passOrDie();
            CompletableFuture<Void> confirmation = new CompletableFuture<>();
            Envelope sent = defect == Defect.FRESH_IDS ? withFreshId(message) : message;
            long micros = locked(() -> {
                handedOver.add(message.id());
                mostInFlight = Math.max(mostInFlight, handedOver.size());
                return random.nextLong(LONGEST_MICROS);
            });
            var unused = network.schedule(() -> take(message, sent, confirmation), micros, TimeUnit.MICROSECONDS);
            return confirmation;
        }

        private void take(Envelope message, Envelope sent, CompletableFuture<Void> confirmation) {
            boolean refused;
            boolean silent;
            lock.lock();
            try {
                refused = random.chance(REFUSALS);
                silent = random.chance(SILENCES);
                if (!refused) {
                    arrive(sent);
                }
                if (silent && !refused) {
                    unknown++;
                }
                if (!refused && !silent) {
                    confirmed.add(message.id());
                }
            } finally {
                lock.unlock();
            }
            if ((refused || silent) && defect != Defect.REFUSAL_CONFIRMED) {
                confirmation.completeExceptionally(new IllegalStateException(refused ? "refused" : "nobody knows"));
            } else {
                confirmation.complete(null);
            }
        }

        private void passOrDie() {
            try {
                Objects.requireNonNull(process).pass();
            } catch (SQLException dead) {
                throw new PublisherUnavailableException("the process is dead", dead);
            }
        }

        @Override
        public boolean keepsOrder() {
            return defect == Defect.MANY_UNDER_WAY;
        }

        @Override
        public void close() {
            // the broker is closed for all
        }
    }

    private static Envelope withFreshId(Envelope message) {
        return new Envelope(
                UUID.randomUUID().toString(),
                message.topic(),
                message.key(),
                message.payload(),
                message.headers(),
                message.position(),
                message.createdAt());
    }
}
