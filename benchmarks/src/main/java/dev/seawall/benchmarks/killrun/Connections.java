package dev.seawall.benchmarks.killrun;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A new connection each time. */
final class Connections {

    private Connections() {}

    static DataSource to(String url) {
        PGSimpleDataSource connections = new PGSimpleDataSource();
        connections.setUrl(url);
        return connections;
    }
}
