package dev.seawall.outbox.jdbc;

import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.DatabaseException;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.SchemaPart;
import dev.seawall.jdbc.Tables;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.Outbox;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.payload.PayloadTypes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An outbox in a table of the application's database.
 *
 * <p>Adding is an insert of up to 100 rows a statement, with no lock that other producers wait for, and without a trigger or a
 * notification. What it needs to know of the tables it reads once, with the first message.
 */
public final class JdbcOutbox implements Outbox {

    /** The tables of outbox and relay, for {@link SchemaInstaller}. */
    public static final SchemaPart SCHEMA = new SchemaPart("outbox", 2, 2, JdbcOutbox.class);

    private static final String ARCHIVE = "outbox_archive";
    private static final int WITH_ARCHIVE = 2; // version of the tables
    private static final int[] ROWS_IN_A_STATEMENT = {100, 10, 1};
    private static final String COLUMNS =
            " (part, topic, msg_key, keyed, id, type, version, content_type, headers, payload, created_at";

    /** What is known of the tables, and the statements on them by number of rows. */
    private record Home(
            Dialect dialect, Partitioning partitioning, Map<Integer, String> now, Map<Integer, String> later) {}

    private record Encoded(Message message, UUID id, EncodedPayload payload, Map<String, String> headers) {}

    private final Tables tables;
    private final PayloadTypes types;
    private final Supplier<Map<String, String>> context;
    private final @Nullable BacklogLimit limit;
    private final MessageIds ids = MessageIds.byWallClock(ResilienceRuntime.shared());
    private volatile @Nullable Home home;

    private JdbcOutbox(Builder builder) {
        this.tables = builder.tables;
        this.types = builder.types;
        this.context = builder.context;
        this.limit = builder.guarded == null
                ? null
                : new BacklogLimit(new Backlog(builder.guarded, builder.tables), builder.mostPending);
    }

    /**
     * An outbox for some types, in tables with the usual names.
     *
     * @param types what may be sent
     * @return a new outbox
     */
    public static JdbcOutbox of(PayloadTypes types) {
        return builder().types(types).build();
    }

    /**
     * Starts with the usual names, and nothing but bytes and text.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public List<String> addAll(Connection connection, Collection<Message> messages) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "messages are added in a transaction, and this connection commits each statement by itself: call "
                            + "setAutoCommit(false) before the work that the messages tell of");
        }
        if (limit != null) {
            limit.check();
        }
        Map<String, String> context = checked(this.context.get());
        List<Encoded> now = new ArrayList<>(messages.size());
        List<Encoded> later = new ArrayList<>();
        List<String> added = new ArrayList<>(messages.size());
        for (Message message : messages) {
            Encoded encoded =
                    new Encoded(message, ids.next(), types.encode(message.payload()), with(context, message.headers()));
            (message.delay().isZero() ? now : later).add(encoded);
            added.add(encoded.id().toString());
        }
        Home home = home(connection);
        insert(connection, home, now, home.now(), false);
        insert(connection, home, later, home.later(), true);
        return added;
    }

    /**
     * Deletes messages that relays have {@linkplain OutboxRelay.Builder#archivePublished() archived}, for
     * {@link dev.seawall.jdbc.Housekeeping}.
     *
     * @param olderThan how long after they were published, at most 100 years
     * @return a chore
     */
    public Chore forgettingPublished(Duration olderThan) {
        return Chore.deleting(tables, ARCHIVE, "published_at", olderThan);
    }

    /** By the rules for headers of a message, before one that breaks them is in the table. */
    private static Map<String, String> checked(Map<String, String> context) {
        return context.isEmpty() ? context : new Message("context", null, "", context, Duration.ZERO).headers();
    }

    private static Map<String, String> with(Map<String, String> context, Map<String, String> own) {
        if (context.isEmpty()) {
            return own;
        }
        Map<String, String> all = new LinkedHashMap<>(context);
        all.putAll(own);
        return own.isEmpty() ? all : checked(all); // together they may be too long
    }

    private static void insert(
            Connection connection, Home home, List<Encoded> rows, Map<Integer, String> statements, boolean delayed)
            throws SQLException {
        int from = 0;
        for (int many : ROWS_IN_A_STATEMENT) {
            while (rows.size() - from >= many) {
                try (PreparedStatement statement = connection.prepareStatement(statements.get(many))) {
                    int index = 0;
                    for (Encoded row : rows.subList(from, from + many)) {
                        index = bind(statement, index, home, row, delayed);
                    }
                    statement.executeUpdate();
                }
                from += many;
            }
        }
    }

    private static int bind(PreparedStatement statement, int index, Home home, Encoded row, boolean delayed)
            throws SQLException {
        Message message = row.message();
        String key = message.key();
        String keyName = key == null ? row.id().toString() : key;
        statement.setInt(++index, home.partitioning().of(keyName));
        statement.setString(++index, message.topic());
        statement.setString(++index, keyName);
        statement.setBoolean(++index, key != null);
        home.dialect().setId(statement, ++index, row.id());
        statement.setString(++index, row.payload().type());
        statement.setInt(++index, row.payload().version());
        statement.setString(++index, row.payload().contentType());
        statement.setString(++index, HeaderLines.write(row.headers()));
        statement.setBytes(++index, row.payload().bytes());
        if (delayed) {
            statement.setLong(
                    ++index, TimeUnit.NANOSECONDS.toMicros(message.delay().toNanos()));
        }
        return index;
    }

    private Home home(Connection connection) throws SQLException {
        Home known = home;
        if (known == null) {
            Dialect dialect = Dialect.of(connection);
            known = new Home(
                    dialect,
                    partitioning(connection, tables),
                    statements(dialect, "{outbox_message}" + COLUMNS + ")", ", {now})"),
                    statements(dialect, "{outbox_delayed}" + COLUMNS + ", due_at)", ", {now}, {now} + ?)"));
            home = known;
        }
        return known;
    }

    private Map<Integer, String> statements(Dialect dialect, String into, String end) {
        Map<Integer, String> statements = new HashMap<>();
        for (int many : ROWS_IN_A_STATEMENT) {
            String values = ("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?" + end + ", ").repeat(many);
            String sql = "INSERT INTO " + into + " VALUES " + values.substring(0, values.length() - 2);
            statements.put(many, tables.in(sql, dialect));
        }
        return Map.copyOf(statements);
    }

    /** As the tables say, and nothing else: producers and relays of all versions agree. */
    static Partitioning partitioning(Connection connection, Tables tables) throws SQLException {
        SchemaInstaller.require(connection, tables, SCHEMA);
        String sql = tables.in("SELECT partitions, hash FROM {work} WHERE work = ?", Dialect.of(connection));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, Partitioning.WORK);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next() || !row.getString(2).equals(Partitioning.HASH)) {
                    throw new DatabaseException(
                            "the keys of this outbox are not spread by " + Partitioning.HASH
                                    + ", as this code does: bring the code up to date",
                            null);
                }
                return new Partitioning(row.getInt(1));
            }
        }
    }

    /** Tables of version 1 have no archive; all else works with them. */
    static void requireArchive(Connection connection, Tables tables) throws SQLException {
        int version = SchemaInstaller.version(connection, tables, SCHEMA);
        if (version < WITH_ARCHIVE) {
            throw new DatabaseException(
                    "published messages cannot be archived in outbox tables of version " + version
                            + ", which have no table for them: bring the tables to version " + WITH_ARCHIVE
                            + ", or leave archivePublished() out",
                    null);
        }
    }

    @Override
    public String toString() {
        return "outbox in " + tables + ", " + types;
    }

    /** Settings of an outbox. Not thread-safe. */
    public static final class Builder {

        private Tables tables = Tables.standard();
        private PayloadTypes types = PayloadTypes.basic();
        private Supplier<Map<String, String>> context = Map::of;
        private @Nullable DataSource guarded;
        private long mostPending;

        private Builder() {}

        /**
         * Sets what the tables are called.
         *
         * @param tables {@link Tables#standard()} unless set
         * @return this builder
         */
        public Builder tables(Tables tables) {
            this.tables = Objects.requireNonNull(tables, "tables");
            return this;
        }

        /**
         * Sets what may be sent.
         *
         * @param types {@link PayloadTypes#basic()} unless set
         * @return this builder
         */
        public Builder types(PayloadTypes types) {
            this.types = Objects.requireNonNull(types, "types");
            return this;
        }

        /**
         * Sets what every message carries along from the thread that adds it, such as the headers of a trace.
         *
         * @param headers asked once for each call of the outbox; a message's own headers go first. The rules of
         *     {@link Message#withHeader} hold
         * @return this builder
         */
        public Builder context(Supplier<Map<String, String>> headers) {
            this.context = Objects.requireNonNull(headers, "headers");
            return this;
        }

        /**
         * Refuses messages with an {@link dev.seawall.outbox.OutboxFullException} while too many wait to be published. Looked at
         * once a second, by one of the threads that add; there is no limit unless set.
         *
         * @param dataSource for that look, of the same database
         * @param mostPending how many may wait, from 1 to 100 million
         * @return this builder
         */
        public Builder backlogLimit(DataSource dataSource, int mostPending) {
            this.guarded = Objects.requireNonNull(dataSource, "dataSource");
            this.mostPending = Require.between("mostPending", mostPending, 1, 100_000_000);
            return this;
        }

        /**
         * Makes the outbox.
         *
         * @return a new outbox
         */
        public JdbcOutbox build() {
            return new JdbcOutbox(this);
        }
    }
}
