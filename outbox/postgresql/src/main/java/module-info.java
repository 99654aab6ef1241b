import org.jspecify.annotations.NullMarked;

/** Wakes relays in other processes when messages were added, by LISTEN and NOTIFY. */
@NullMarked
@SuppressWarnings("requires-automatic") // the driver has a stable name, but no descriptor
module dev.seawall.outbox.postgresql {
    requires transitive dev.seawall.outbox;
    requires static transitive org.jspecify;
    requires org.postgresql.jdbc;
    requires org.slf4j;

    exports dev.seawall.outbox.postgresql;
}
