package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.benchmarks.killrun.SagaShape.Kind;
import dev.seawall.benchmarks.killrun.SagaShape.Place;
import dev.seawall.saga.CancelResult;
import dev.seawall.saga.SagaEngine;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaStoreException;
import dev.seawall.saga.SignalResult;
import dev.seawall.test.SeededRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The world around the nodes, which is not killed: wants sagas, sends their signals, and cancels some. */
final class SagaWishes implements AutoCloseable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MOST_DELAY_MILLIS = 2_500;

    /** Something to be done to a saga, again and again until the store knows it. */
    private record Wish(long at, SagaKey saga, @Nullable String signal) implements Comparable<Wish> {

        @Override
        public int compareTo(Wish other) {
            return Long.compare(at, other.at);
        }
    }

    private final DataSource connections;
    private final SagaEngine engine;
    private final SagaFate fate;
    private final List<SagaShape> shapes;
    private final SeededRandom random;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final PriorityQueue<Wish> wishes = new PriorityQueue<>(); // the thread's
    private final Thread thread = new Thread(this::run, "wishes");
    private volatile boolean enough;
    private volatile boolean over;
    private volatile long wanted;

    SagaWishes(DataSource connections, SagaEngine engine, SagaFate fate, List<SagaShape> shapes, SeededRandom random) {
        this.connections = connections;
        this.engine = engine;
        this.fate = fate;
        this.shapes = shapes;
        this.random = random;
        thread.setDaemon(true);
        thread.start();
    }

    /** No more sagas; what was begun gets its signals. */
    void enough() {
        enough = true;
    }

    long wanted() {
        return wanted;
    }

    private void run() {
        try {
            while (!over) {
                tried();
                runtime.sleep(PAUSE_NANOS, () -> over);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void tried() {
        try {
            if (!enough) {
                want();
            }
            List<Wish> again = new ArrayList<>();
            for (Wish wish = next(); wish != null; wish = next()) {
                if (!granted(wish)) {
                    again.add(new Wish(later(200), wish.saga(), wish.signal()));
                }
            }
            wishes.addAll(again);
        } catch (SQLException down) {
            // the database was killed
        }
    }

    private @Nullable Wish next() {
        Wish first = wishes.peek();
        return first == null || first.at() > runtime.now() ? null : wishes.remove();
    }

    private boolean granted(Wish wish) {
        try {
            if (wish.signal() == null) {
                return engine.cancel(wish.saga(), "no longer wanted") != CancelResult.UNKNOWN;
            }
            return engine.signal(wish.saga(), wish.signal(), wish.signal()) != SignalResult.UNKNOWN;
        } catch (SagaStoreException unknown) {
            return false; // a signal may come twice then, of which one is used
        }
    }

    private long later(int mostMillis) {
        return runtime.now() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(mostMillis));
    }

    private void want() throws SQLException {
        try (Connection connection = connections.getConnection()) {
            long waiting = SagaTruth.number(connection, "SELECT count(*) FROM wanted WHERE NOT started");
            for (long i = waiting; i < SagaPlan.WAITING; i++) {
                long id = wanted;
                try (PreparedStatement statement =
                        connection.prepareStatement("INSERT INTO wanted (id) VALUES (?) ON CONFLICT DO NOTHING")) {
                    statement.setLong(1, id);
                    statement.executeUpdate();
                }
                wanted = id + 1;
                wish(Long.toString(id), shapes.get(Math.floorMod(id, shapes.size())));
            }
        }
    }

    private void wish(String id, SagaShape shape) {
        SagaKey saga = new SagaKey(shape.name(), SagaId.of(id));
        if (fate.isCancelled(id)) {
            wishes.add(new Wish(later(MOST_DELAY_MILLIS), saga, null));
        }
        for (Place place : shape.places()) {
            boolean comes =
                    place.kind() == Kind.SIGNAL || (place.kind() == Kind.HASTY_SIGNAL && fate.isSignalledAtAll(id));
            if (comes) {
                wishes.add(new Wish(
                        fate.isSignalledEarly(id) ? runtime.now() : later(MOST_DELAY_MILLIS), saga, place.name()));
            }
        }
    }

    @Override
    public void close() {
        over = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
