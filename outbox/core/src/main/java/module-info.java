import org.jspecify.annotations.NullMarked;

/** Transactional outbox and inbox: messages that are published if and only if the transaction commits. */
@NullMarked
module dev.seawall.outbox {
    requires transitive dev.seawall.jdbc;
    requires transitive dev.seawall.payload;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.outbox;
}
