import org.jspecify.annotations.NullMarked;

/** What outbox, saga and idempotency share: dialects, transactions, schema, fenced partitions. */
@NullMarked
module dev.seawall.jdbc {
    requires transitive dev.seawall;
    requires transitive java.sql;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.jdbc;
}
