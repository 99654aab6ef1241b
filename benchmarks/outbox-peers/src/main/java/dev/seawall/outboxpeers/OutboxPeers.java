package dev.seawall.outboxpeers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Locale;

/** Fills and drains the outbox that is named, a little to warm up and then in earnest, and prints the rate. */
public final class OutboxPeers {

    private static final int CONNECTIONS = 24;
    private static final int WARM_UP = 4; // a quarter of the messages

    private OutboxPeers() {}

    /** Arguments: gruelbox or namastack, the database's URL, messages, keys, bytes of a payload. */
    public static void main(String[] arguments) throws Exception {
        int messages = Integer.parseInt(arguments[2]);
        int keys = Integer.parseInt(arguments[3]);
        String payload = "x".repeat(Integer.parseInt(arguments[4]));
        try (HikariDataSource pool = pool(arguments[1]);
                Peer peer = peer(arguments[0], pool)) {
            peer.fill(messages / WARM_UP, keys, payload);
            peer.drain(messages / WARM_UP);
            peer.fill(messages, keys, payload);
            System.out.printf(Locale.ROOT, "rate %.1f%n", peer.drain(messages));
        }
        System.exit(0); // whatever threads they keep
    }

    private static Peer peer(String name, HikariDataSource pool) {
        return switch (name) {
            case "gruelbox" -> new Gruelbox(pool);
            case "namastack" -> new Namastack(pool);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS);
        return new HikariDataSource(config);
    }
}
