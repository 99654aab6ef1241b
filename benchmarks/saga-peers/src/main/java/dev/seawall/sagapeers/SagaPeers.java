package dev.seawall.sagapeers;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Runs the peer that is named. Each line of its input says how many workflows at once and for how long; it answers a rate. */
public final class SagaPeers {

    static final int STEPS = 4;
    static final String STATE = "x".repeat(100);

    private static final AtomicLong IDS = new AtomicLong();

    private SagaPeers() {}

    /** Arguments: dbos or temporal, the database's URL. Ends with its input. */
    public static void main(String[] arguments) throws Exception {
        try (Peer peer = peer(arguments[0], arguments[1]);
                BufferedReader wishes = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String wish = wishes.readLine(); wish != null; wish = wishes.readLine()) {
                String[] numbers = wish.split(" ", -1);
                System.out.printf(
                        Locale.ROOT,
                        "rate %.1f%n",
                        rate(peer, Integer.parseInt(numbers[0]), Long.parseLong(numbers[1])));
            }
        }
        System.exit(0); // whatever threads they keep
    }

    private static Peer peer(String name, String url) {
        return switch (name) {
            case "dbos" -> new Dbos(url);
            case "temporal" -> new Temporal();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** How many a second end, with that many callers who wait for theirs and then begin the next. */
    private static double rate(Peer peer, int atOnce, long nanos) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(atOnce);
        AtomicLong ended = new AtomicLong();
        long begin = System.nanoTime();
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < atOnce; i++) {
                all.add(callers.submit(() -> {
                    while (System.nanoTime() - begin < nanos) {
                        peer.run("order-" + IDS.incrementAndGet());
                        ended.incrementAndGet();
                    }
                    return true;
                }));
            }
            for (Future<?> caller : all) {
                caller.get();
            }
            return ended.get() * 1e9 / (System.nanoTime() - begin);
        } finally {
            callers.shutdownNow();
        }
    }
}
