package dev.seawall.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes on on a consumer's thread. */
@Timeout(120)
final class ConsumerThreadTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** What a test has the thread do. */
    private interface Turn {
        void run(int number) throws Exception;
    }

    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger releases = new AtomicInteger();

    private ConsumerThread consumer(Duration closeWithin, Turn turn) {
        return ConsumerThread.of("test-consumer", closeWithin, new ConsumerThread.Work() {
            @Override
            public void turn() throws Exception {
                turn.run(turns.incrementAndGet());
            }

            @Override
            public void release() {
                releases.incrementAndGet();
            }
        });
    }

    private static void awaited(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void turn_thatThrows_letsGoAndStartsAgain() throws Exception {
        CountDownLatch third = new CountDownLatch(3);
        AtomicInteger releasedBeforeThird = new AtomicInteger();
        ConsumerThread consumer = consumer(LONG, number -> {
            third.countDown();
            if (number == 1) {
                throw new IllegalStateException("broken connection");
            }
            if (number == 2) {
                throw new NoClassDefFoundError("an Error must not end it either");
            }
            releasedBeforeThird.compareAndSet(0, releases.get());
        });

        consumer.start();
        awaited(third);
        consumer.close();

        assertThat(releasedBeforeThird).hasValue(2);
        assertThat(releases).hasValue(3); // and once in the end
        assertThat(consumer.isRunning()).isFalse();
    }

    @Test
    void close_whileATurnWaitsForMore_endsItWithinItsTime() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<ConsumerThread> self = new AtomicReference<>();
        ConsumerThread consumer = consumer(LONG, number -> {
            begun.countDown();
            self.get().pause(Long.MAX_VALUE / 4); // as long as it is not closed
        });
        self.set(consumer);
        consumer.start();
        awaited(begun);

        consumer.close();

        assertThat(consumer.isRunning()).isFalse();
        assertThat(turns).hasValue(1);
        assertThat(releases).hasValue(1);
    }

    @Test
    void close_whileAHandlerIsStuck_interruptsItAndStillLetsGo() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger interrupts = new AtomicInteger();
        ConsumerThread consumer = consumer(Duration.ofMillis(50), number -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException interrupted) {
                interrupts.incrementAndGet();
                Thread.currentThread().interrupt(); // as a handler does that keeps the flag
            }
        });
        consumer.start();
        awaited(begun);

        consumer.close();

        await().atMost(LONG).until(() -> !consumer.isRunning());
        assertThat(interrupts).hasValue(1);
        assertThat(releases).hasValue(1);
    }

    @Test
    void close_byTheThreadItself_doesNotWaitForItself() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        AtomicReference<ConsumerThread> self = new AtomicReference<>();
        ConsumerThread consumer = consumer(LONG, number -> {
            self.get().close();
            closed.countDown();
        });
        self.set(consumer);
        consumer.start();

        awaited(closed);
        await().atMost(LONG).until(() -> !consumer.isRunning());

        assertThat(turns).hasValue(1);
        assertThat(consumer.isClosing()).isTrue();
    }

    @Test
    void start_againOrAfterClosing_isRefused() {
        ConsumerThread once = consumer(LONG, number -> {});
        once.start();
        assertThatThrownBy(once::start).isInstanceOf(IllegalStateException.class);
        once.close();
        ConsumerThread never = consumer(LONG, number -> {});
        never.close();

        assertThatThrownBy(never::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("test-consumer");
    }

    @Test
    void interrupt_byAStrangerBetweenTurns_doesNotEndIt() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        AtomicReference<Thread> thread = new AtomicReference<>();
        ConsumerThread consumer = consumer(LONG, number -> {
            thread.set(Thread.currentThread());
            first.countDown();
            second.countDown();
            if (number == 1) {
                new CountDownLatch(1).await();
            }
        });
        consumer.start();
        awaited(first);

        thread.get().interrupt();
        awaited(second);
        consumer.close();

        assertThat(turns.get()).isGreaterThanOrEqualTo(2);
    }
}
