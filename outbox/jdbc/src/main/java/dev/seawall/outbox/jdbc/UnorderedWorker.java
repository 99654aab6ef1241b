package dev.seawall.outbox.jdbc;

import dev.seawall.Durations;
import dev.seawall.jdbc.DedicatedConnection;
import dev.seawall.outbox.Publisher;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One thread that publishes messages in no order: a transaction locks some that nobody else has, they are published, and what was
 * confirmed is deleted before the commit.
 */
final class UnorderedWorker extends Worker {

    private static final int MOST_ROWS = 500;
    private static final long HOUSEKEEPING_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final Duration MARGIN = Duration.ofSeconds(5);

    /** What depends on the connection. */
    private record Desk(DedicatedConnection own, Messages messages, Claims claims, FailedMessages failed) {

        Connection connection() {
            return own.connection();
        }

        Blocks blocks() {
            return claims.blocks();
        }
    }

    private final Publisher publisher;
    private final int partitions;
    private final Availability availability;

    // of this worker's thread
    private @Nullable Desk desk;
    private Set<String> paused = Set.of();
    private long keptAt;
    private int fromPart;

    UnorderedWorker(
            OutboxRelay relay,
            RelaySettings settings,
            DataSource dataSource,
            Publisher publisher,
            int number,
            int partitions) {
        super(relay, settings, dataSource, number);
        this.publisher = publisher;
        this.partitions = partitions;
        this.availability = new Availability(settings, relay);
        this.fromPart = number * partitions / settings.workers();
    }

    @Override
    boolean turn() throws SQLException, InterruptedException {
        Desk desk = connected();
        if (isStopping()) {
            return false;
        }
        keepHouse(desk);
        if (!availability.mayPublish()) {
            return false;
        }
        List<Runnable> news = new ArrayList<>(); // told after the commit
        boolean more =
                desk.messages().inTransaction(desk.connection(), transaction -> publish(desk, transaction, news));
        news.forEach(Runnable::run);
        return more;
    }

    private void keepHouse(Desk desk) throws SQLException {
        if (runtime.now() - keptAt < HOUSEKEEPING_NANOS) {
            return;
        }
        keptAt = runtime.now();
        paused = desk.blocks().pausedTopics(desk.connection());
        desk.claims().liftEmptyBlocks(desk.connection());
        List<Integer> all = IntStream.range(0, partitions).boxed().toList();
        if (desk.blocks().isAnyDue(desk.connection(), all)) {
            desk.messages()
                    .inTransaction(
                            desk.connection(), transaction -> desk.blocks().releaseUnlocked(transaction, all));
        }
    }

    /** Whether there may be more. */
    private boolean publish(Desk desk, Connection transaction, List<Runnable> news)
            throws SQLException, InterruptedException {
        // A process that stands still must not keep its messages from the others.
        Duration longest = settings.publishTimeout().plus(MARGIN);
        desk.messages().dialect.limitIdleness(transaction, longest);
        int most = availability.isTrying() ? 1 : Math.min(settings.batchRows(), MOST_ROWS);
        int from = fromPart;
        List<Row> rows =
                desk.claims().take(transaction, from, most, settings.batchBytes(), paused, settings.largestPayload());
        // On and on through the partitions, so that none is passed over while others always have some.
        fromPart = rows.isEmpty() ? 0 : (rows.get(rows.size() - 1).part + 1) % partitions;
        if (rows.isEmpty()) {
            return from > 0;
        }
        Map<Long, Integer> attempts = desk.claims().attempts(transaction, rows);
        Batch batch = new Batch(settings, availability);
        batch.publish(publisher, rows, this::stopAt);
        settle(desk, transaction, batch, attempts, news);
        return true;
    }

    private void settle(
            Desk desk, Connection transaction, Batch batch, Map<Long, Integer> attempts, List<Runnable> news)
            throws SQLException {
        desk.claims().remove(transaction, batch.confirmed());
        for (Row row : batch.confirmed()) {
            if (attempts.containsKey(row.seq)) {
                desk.claims().unblock(transaction, row.part, row.seq);
            }
        }
        news.add(() -> relay.counts().published.add(batch.confirmed().size()));
        for (Map.Entry<Row, Throwable> failed : batch.failed().entrySet()) {
            Row row = failed.getKey();
            int before = attempts.getOrDefault(row.seq, 0);
            if (before > 0) {
                desk.claims().unblock(transaction, row.part, row.seq);
            }
            news.add(desk.failed().failed(transaction, row, Claims.blockName(row), before + 1, failed.getValue()));
        }
    }

    @Override
    boolean isIdle() {
        return true;
    }

    @Override
    long longestIdleNanos() {
        return Durations.toNanos(settings.pollInterval());
    }

    @Override
    boolean hasNews() {
        return false;
    }

    private Desk connected() throws SQLException {
        Desk known = desk;
        if (known == null) {
            DedicatedConnection own = connection();
            Messages messages = Messages.of(settings, own.dialect());
            Blocks blocks = new Blocks(messages);
            known = new Desk(own, messages, new Claims(messages, blocks), new FailedMessages(settings, relay, blocks));
            desk = known;
        }
        return known;
    }

    @Override
    void disconnect() {
        Desk known = desk;
        desk = null;
        if (known != null) {
            known.own().close();
        }
    }
}
