package dev.seawall;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/** Subscribing, closing and publishing at the same time look as if done one after another. */
final class EventPublisherConcurrencyTest {

    @Test
    void everyInterleaving_isLinearizable() {
        new ModelCheckingOptions()
                .iterations(3)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .check(Operations.class);
    }

    /** What the threads do. A thread closes only what it subscribed itself, the newest first. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static final class Operations {

        private static final int THREADS = 8; // those that Lincheck runs before and after included

        private final EventPublisher<List<Integer>> publisher = new EventPublisher<>();
        private final List<Deque<Subscription>> own = new ArrayList<>();

        public Operations() {
            for (int i = 0; i < THREADS; i++) {
                own.add(new ArrayDeque<>());
            }
        }

        @Operation
        public void subscribe(@Param(name = "thread") int thread) {
            own.get(thread).push(publisher.subscribe(seenType(), seen -> seen.add(thread)));
        }

        @Operation
        public boolean close(@Param(name = "thread") int thread) {
            Subscription newest = own.get(thread).poll();
            if (newest != null) {
                newest.close();
            }
            return newest != null;
        }

        @Operation
        public List<Integer> publish() {
            List<Integer> seen = new ArrayList<>();
            publisher.publish(seen);
            return seen;
        }

        @Operation
        public boolean wants() {
            return publisher.wants(seenType());
        }

        @SuppressWarnings("unchecked")
        private static Class<List<Integer>> seenType() {
            return (Class<List<Integer>>) (Class<?>) List.class;
        }
    }
}
