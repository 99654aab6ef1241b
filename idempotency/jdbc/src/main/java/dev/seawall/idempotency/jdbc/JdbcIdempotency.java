package dev.seawall.idempotency.jdbc;

import dev.seawall.Call;
import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import dev.seawall.idempotency.AnswerCipher;
import dev.seawall.idempotency.AnswerFormat;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyEvent;
import dev.seawall.idempotency.IdempotencyJournal;
import dev.seawall.idempotency.IdempotencySnapshot;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Completed;
import dev.seawall.idempotency.IdempotencyStore.Held;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.InProgress;
import dev.seawall.idempotency.Outcome.Mismatch;
import dev.seawall.idempotency.Outcome.Replayed;
import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaPart;
import dev.seawall.jdbc.Tables;
import dev.seawall.payload.PayloadTypes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs a request once for its key, in the caller's transaction: the answer is stored with the effect, both or neither.
 *
 * <p><b>What it guarantees:</b> of all transactions that execute one key, at once or one after another, on any number of nodes, at
 * most one in which the work ran is committed, until its answer's time is over. All others get that answer, byte for byte, or are
 * told that it is in progress. There is no claim that could lapse: a transaction that is rolled back, or whose node or connection
 * dies, leaves nothing.
 *
 * <p><b>How it decides:</b> a request that is being worked on in another transaction is waited for, at most
 * {@link Builder#maxWait}. PostgreSQL: under an advisory lock that is only tried, so that no wait ends the caller's
 * transaction; two round trips besides the work, one for a replay. MariaDB, MySQL and H2: by a row that is inserted first. MySQL
 * and H2 wait as long as the session's lock timeout says. A deadlock that the database breaks up is thrown on, as in any transaction.
 *
 * <p><b>Isolation:</b> made for READ COMMITTED. Above it, PostgreSQL may refuse the second of two transactions with a serialization
 * failure after its work has run: it must be rolled back and run again, as always at those levels.
 *
 * <p><b>Failure:</b> what the work throws is thrown on, and there is no record even if the caller commits. When the database or the
 * format of the answer throws, the transaction must be rolled back.
 *
 * <p><b>Threads:</b> safe for any number of threads, each with a connection of its own. <b>Time:</b> ends are decided by the clock of
 * the database.
 */
public final class JdbcIdempotency {

    /** The table of both modes, for {@link dev.seawall.jdbc.SchemaInstaller}. */
    public static final SchemaPart SCHEMA = new SchemaPart("idempotency", 5, 1, JdbcIdempotency.class);

    private final Tables tables;
    private final AnswerFormat format;
    private final Duration maxWait;
    private final Duration keepFor;
    private final ResilienceRuntime runtime;
    private final IdempotencyJournal journal;
    private final Planned<InTransaction> requests;

    private JdbcIdempotency(Builder builder) {
        this.tables = builder.tables;
        this.format = AnswerFormat.of(builder.types, builder.cipher);
        this.maxWait = builder.maxWait;
        this.keepFor = builder.keepFor;
        this.runtime = builder.runtime;
        this.journal = new IdempotencyJournal(builder.name);
        this.requests = new Planned<>(tables, this::made);
    }

    /**
     * Starts with defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A store of claims in tables with the usual names, for work whose effect is not in this database.
     *
     * @param dataSource of connections for single statements, committed by themselves; its timeouts bound the store's
     * @return a new store
     */
    public static IdempotencyStore store(DataSource dataSource) {
        return store(dataSource, Tables.standard());
    }

    /**
     * A store of claims, for work whose effect is not in this database.
     *
     * @param dataSource of connections for single statements, committed by themselves; its timeouts bound the store's
     * @param tables what the tables are called
     * @return a new store
     */
    public static IdempotencyStore store(DataSource dataSource, Tables tables) {
        return new JdbcStore(dataSource, tables);
    }

    /**
     * Deletes records of both modes that have ended, for {@link dev.seawall.jdbc.Housekeeping}: the oldest first, 1,000 at a time.
     *
     * @param tables what the tables are called
     * @return a chore
     */
    public static Chore purging(Tables tables) {
        return new Purge(tables, Purge.AT_ONCE);
    }

    /**
     * Runs work unless it was done.
     *
     * @param connection in a transaction of the caller, who commits it or rolls it back
     * @param key names the request
     * @param fingerprint what it asks for
     * @param work the effect, on the same connection; run at most once, on this thread. Whatever a key's operation answers must
     *     always be of the type that this call expects: the stored answer is cast to it. It must not execute the same key
     * @param <T> its result, of a registered type or {@code null}
     * @param <X> what it may throw
     * @return what became of it; true once the caller has committed
     * @throws X if the work throws it
     * @throws SQLException if the database refuses; the transaction must be rolled back
     * @throws dev.seawall.payload.PayloadException if the answer cannot be written or read; the transaction must be rolled back
     * @throws dev.seawall.idempotency.AnswerLostException if the cipher fails, or the answer was not kept by the other mode
     * @throws dev.seawall.idempotency.IdempotencyStoreException if the other mode did the same request meanwhile; the transaction
     *     must be rolled back
     * @throws dev.seawall.CallInterruptedException if the thread is interrupted while it waits for another transaction
     * @throws IllegalStateException if the connection commits each statement by itself
     */
    public <T extends @Nullable Object, X extends Exception> Outcome<T> execute(
            Connection connection, Key key, Fingerprint fingerprint, Call<T, X> work) throws SQLException, X {
        Objects.requireNonNull(work, "work");
        requireTransaction(connection);
        InTransaction request = requests.on(connection);
        InTransaction.Request wish = new InTransaction.Request(connection, key, fingerprint, maxWait, keepFor);
        Claim known = timed(() -> request.enter(wish));
        if (known != null) {
            return outcome(key, known);
        }
        T value;
        StoredAnswer answer;
        try {
            value = work.call();
            answer = format.write(key, value);
        } catch (Throwable failure) {
            abandon(request, wish, failure);
            throw failure;
        }
        timed(() -> {
            request.complete(wish, answer);
            return null;
        });
        journal.executed(key);
        return new Executed<>(value);
    }

    /** A wait for another transaction is the database's time too. */
    private <T extends @Nullable Object> T timed(Call<T, SQLException> statement) throws SQLException {
        long asked = runtime.now();
        try {
            return statement.call();
        } finally {
            journal.storeAnswered(runtime.now() - asked);
        }
    }

    private static void requireTransaction(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "the answer is stored in the transaction of its effect, and this connection commits each statement by "
                            + "itself: call setAutoCommit(false) first");
        }
    }

    /** What fails here shows itself again to a caller who commits. */
    private static void abandon(InTransaction requests, InTransaction.Request request, Throwable failure) {
        try {
            requests.abandon(request);
        } catch (SQLException | RuntimeException broken) {
            failure.addSuppressed(broken);
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // an operation answers with one type, null only where that allows it
    private <T extends @Nullable Object> Outcome<T> outcome(Key key, Claim known) {
        if (known instanceof Completed completed) {
            T value = (T) format.read(key, completed.answer());
            journal.replayed(key);
            return new Replayed<>(value);
        }
        if (known instanceof Held held) {
            journal.inProgress(key);
            return new InProgress<>(held.expiresIn());
        }
        journal.mismatched(key);
        return new Mismatch<>();
    }

    /**
     * Counters and the database's time. A request whose work ran counts as executed even if its caller rolls back afterwards.
     *
     * @return what can be seen at this moment; what belongs to claims is 0
     */
    public IdempotencySnapshot snapshot() {
        return journal.snapshot();
    }

    /**
     * Subscribes to events. They are told within the transaction, which may be rolled back yet.
     *
     * @param type which events, subtypes included; {@code IdempotencyEvent.class} for all
     * @param listener told each of them, on the thread that executes; it must not throw or block
     * @param <E> the type
     * @return ends the subscription when closed
     * @throws IllegalStateException if there are {@value dev.seawall.EventPublisher#MOST_LISTENERS} listeners already
     */
    public <E extends IdempotencyEvent> Subscription on(Class<E> type, Consumer<? super E> listener) {
        return journal.on(type, listener);
    }

    private InTransaction made(Table table) {
        return table.dialect == Dialect.POSTGRESQL
                ? new PostgreSqlTransaction(table, runtime)
                : new PlaceholderTransaction(table);
    }

    @Override
    public String toString() {
        return "idempotency in " + tables;
    }

    /** Settings. Not thread-safe. */
    public static final class Builder {

        private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
        private static final Duration LONGEST_KEEP = Duration.ofDays(366);

        private String name = "idempotency";
        private Tables tables = Tables.standard();
        private PayloadTypes types = PayloadTypes.basic();
        private @Nullable AnswerCipher cipher;
        private Duration maxWait = Duration.ofSeconds(1);
        private Duration keepFor = Duration.ofHours(24);
        private ResilienceRuntime runtime = ResilienceRuntime.shared();

        private Builder() {}

        /**
         * Sets the name.
         *
         * @param name appears in events; {@code idempotency} unless set
         * @return this builder
         */
        public Builder name(String name) {
            this.name = Require.name(name);
            return this;
        }

        /**
         * Sets what the tables are called.
         *
         * @param tables the usual names unless set
         * @return this builder
         */
        public Builder tables(Tables tables) {
            this.tables = Objects.requireNonNull(tables, "tables");
            return this;
        }

        /**
         * Sets which answers can be stored, and how large they may be.
         *
         * @param types names and codecs; bytes and text unless set
         * @return this builder
         */
        public Builder types(PayloadTypes types) {
            this.types = Objects.requireNonNull(types, "types");
            return this;
        }

        /**
         * Encrypts answers.
         *
         * @param cipher encrypts and decrypts; none unless set. Answers that were stored without it are then refused
         * @return this builder
         */
        public Builder cipher(AnswerCipher cipher) {
            this.cipher = Objects.requireNonNull(cipher, "cipher");
            return this;
        }

        /**
         * Sets how long to wait for another transaction that works on the same request.
         *
         * @param maxWait from 0 to 1 min; 1 s unless set. MariaDB rounds up to seconds
         * @return this builder
         */
        public Builder maxWait(Duration maxWait) {
            this.maxWait = maxWait;
            return this;
        }

        /**
         * Sets how long answers are kept. Longer than anyone may send the request again.
         *
         * @param keepFor longer than 0, at most 366 days; 24 h unless set
         * @return this builder
         */
        public Builder keepFor(Duration keepFor) {
            this.keepFor = keepFor;
            return this;
        }

        /**
         * Sets whose clock measures waits.
         *
         * @param runtime the shared one unless set
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Makes it.
         *
         * @return checked and ready
         * @throws IllegalArgumentException if a setting is out of range
         */
        public JdbcIdempotency build() {
            Require.check(
                    Require.notNegative("maxWait", maxWait).compareTo(LONGEST_WAIT) <= 0,
                    "maxWait must be at most 1 min, was %s",
                    Durations.format(maxWait));
            Require.check(
                    Require.positive("keepFor", keepFor).compareTo(LONGEST_KEEP) <= 0,
                    "keepFor must be at most 366 days, was %s",
                    Durations.format(keepFor));
            return new JdbcIdempotency(this);
        }
    }
}
