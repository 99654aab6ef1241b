package dev.seawall.outbox.jdbc;

import dev.seawall.VirtualRuntime;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.test.HistoryEvent.Published;
import dev.seawall.test.SeededRandom;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A broker in virtual time. Messages take their time, some are refused, and of some the publisher learns late or never. */
final class SimulatedBroker {

    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private static final long LATEST_NANOS = 2 * SimulatedRelay.PUBLISH_TIMEOUT.toNanos();

    /** What becomes of a message. */
    private enum Fate {
        REFUSED,
        UNAVAILABLE,
        SWALLOWED, // neither arrives nor fails
        UNCONFIRMED, // arrives, and seems to have failed
        SILENT, // arrives, and nothing more is heard of it
        LATE, // arrives, and is confirmed when that may not be waited for any more
        CONFIRMED
    }

    private final SimulatedDefect defect;
    private final SeededRandom random;
    private final VirtualRuntime runtime;
    private final Runnable point;
    private final Map<String, Long> arrivals = new HashMap<>();
    private final List<Published> published = new ArrayList<>();
    private boolean healed;
    private long unconfirmed;
    private long mostInFlight;
    private int names;

    /**
     * A broker to which nothing was sent.
     *
     * @param point called wherever others may do something
     */
    SimulatedBroker(SimulatedDefect defect, SeededRandom random, VirtualRuntime runtime, Runnable point) {
        this.defect = defect;
        this.random = random;
        this.runtime = runtime;
        this.point = point;
    }

    /** From now on all goes well. */
    void heal() {
        healed = true;
    }

    List<Published> published() {
        return published;
    }

    /** Of how many messages a relay may not know that they have arrived. */
    long unconfirmed() {
        return unconfirmed;
    }

    /** How many messages a relay had handed over at a time and not acknowledged. */
    long mostInFlight() {
        return mostInFlight;
    }

    private Fate fate() {
        double drawn = random.nextDouble();
        if (healed || drawn >= 0.24) {
            return Fate.CONFIRMED;
        }
        return Fate.values()[(int) (drawn / 0.04)];
    }

    private void arrive(Envelope message) {
        String key = Objects.requireNonNull(message.key());
        Envelope.Position position = Objects.requireNonNull(message.position());
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

        private final Set<String> handedOver = new HashSet<>();
        private final BooleanSupplier alive;

        /** A line of a process that is alive or not. */
        Line(BooleanSupplier alive) {
            this.alive = alive;
        }

        /** Something was acknowledged: only these are in the table yet. */
        void keepOnly(Set<String> there) {
            handedOver.retainAll(there);
        }

        /** Nobody knows any more what was handed over. */
        void forgotten() {
            unconfirmed += handedOver.size();
            handedOver.clear();
        }

        /** It was not waited for any longer. */
        void overdue() {
            unconfirmed++;
        }

        @Override
        public CompletionStage<?> publish(Envelope message) {
            point.run();
            if (!alive.getAsBoolean()) {
                throw new PublisherUnavailableException("the process is dead", null);
            }
            handedOver.add(message.id());
            mostInFlight = Math.max(mostInFlight, handedOver.size());
            CompletionStage<?> confirmation = send(message);
            point.run();
            return confirmation;
        }

        private CompletionStage<?> send(Envelope message) {
            Envelope sent = defect == SimulatedDefect.FRESH_IDS ? renamed(message) : message;
            CompletableFuture<Void> confirmation = new CompletableFuture<>();
            Fate fate = fate();
            long takes = random.nextLong(LONGEST_NANOS);
            if (defect == SimulatedDefect.CONFIRMED_BEFORE_ARRIVAL) {
                confirmation.complete(null);
                runtime.schedule(takes * 10, () -> arriveIfAlive(sent));
            } else if (random.chance(0.1)) {
                take(sent, fate, confirmation); // at once
            } else {
                runtime.schedule(takes, () -> take(sent, fate, confirmation));
            }
            return confirmation;
        }

        private void arriveIfAlive(Envelope message) {
            if (alive.getAsBoolean()) {
                arrive(message);
            }
        }

        private void take(Envelope message, Fate fate, CompletableFuture<Void> confirmation) {
            if (fate.compareTo(Fate.UNCONFIRMED) >= 0) {
                arrive(message);
            }
            switch (fate) {
                case REFUSED -> refuse(confirmation);
                case UNAVAILABLE ->
                    confirmation.completeExceptionally(new PublisherUnavailableException("for now", null));
                case UNCONFIRMED -> {
                    unconfirmed++;
                    confirmation.completeExceptionally(new IllegalStateException("nobody knows"));
                }
                case LATE -> runtime.schedule(random.nextLong(LATEST_NANOS), () -> confirmed(confirmation));
                case CONFIRMED -> confirm(confirmation);
                case SWALLOWED, SILENT -> {} // nothing is heard
            }
        }

        private void refuse(CompletableFuture<Void> confirmation) {
            if (defect == SimulatedDefect.REFUSAL_CONFIRMED) {
                confirmation.complete(null);
            } else {
                confirmation.completeExceptionally(new IllegalStateException("refused"));
            }
        }

        private void confirm(CompletableFuture<Void> confirmation) {
            if (random.chance(0.2)) {
                confirmation.complete(null);
            } else {
                runtime.schedule(random.nextLong(LONGEST_NANOS), () -> confirmed(confirmation));
            }
        }

        private void confirmed(CompletableFuture<Void> confirmation) {
            confirmation.complete(null);
            point.run();
        }

        @Override
        public boolean keepsOrder() {
            return defect == SimulatedDefect.MANY_UNDER_WAY;
        }

        @Override
        public void close() {
            // the broker stays
        }
    }

    private Envelope renamed(Envelope message) {
        return new Envelope(
                new UUID(0, names++).toString(),
                message.topic(),
                message.key(),
                message.payload(),
                message.headers(),
                message.position(),
                message.createdAt());
    }
}
