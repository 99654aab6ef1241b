import org.jspecify.annotations.NullMarked;

/** Transactional outbox, relay and inbox on the database that the application already has. */
@NullMarked
module dev.seawall.outbox.jdbc {
    requires transitive dev.seawall.outbox;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.outbox.jdbc;
}
