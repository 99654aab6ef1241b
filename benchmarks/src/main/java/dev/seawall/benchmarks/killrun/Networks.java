package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.test.FaultProxy;
import dev.seawall.test.NetworkFault;
import dev.seawall.test.NetworkFault.Kind;
import dev.seawall.test.SeededRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The networks between relays and one server, one of which is broken at a time. */
final class Networks implements AutoCloseable {

    private static final List<Kind> KINDS =
            Arrays.stream(Kind.values()).filter(kind -> kind != Kind.NONE).toList();

    private final List<FaultProxy> proxies;
    private final SeededRandom random;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong faults = new AtomicLong();
    private final Thread thread;

    Networks(List<FaultProxy> proxies, SeededRandom random, String name) {
        this.proxies = proxies;
        this.random = random;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    FaultProxy of(int relay) {
        return proxies.get(relay);
    }

    long faults() {
        return faults.get();
    }

    private void run() {
        int next = 0;
        try {
            while (!over.get()) {
                pause(Duration.ofMillis(300), Duration.ofMillis(1_500));
                FaultProxy proxy = random.pick(proxies);
                proxy.apply(NetworkFault.random(KINDS.get(next++ % KINDS.size()), random));
                faults.incrementAndGet();
                pause(Duration.ofMillis(200), Duration.ofMillis(2_000));
                proxy.heal();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause(Duration least, Duration most) throws InterruptedException {
        ResilienceRuntime.shared().sleep(random.durationBetween(least, most).toNanos(), over::get);
    }

    /** Ends the faults; the networks work from now on. */
    void heal() throws InterruptedException {
        over.set(true);
        thread.interrupt();
        thread.join();
        proxies.forEach(FaultProxy::heal);
    }

    @Override
    public void close() {
        over.set(true);
        thread.interrupt();
        proxies.forEach(FaultProxy::close);
    }
}
