import org.jspecify.annotations.NullMarked;

/** The outbox's messages to NATS JetStream, and back. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the client has a stable name, but no descriptor
module dev.seawall.outbox.nats {
    requires transitive dev.seawall.outbox;
    requires static transitive org.jspecify;
    requires transitive io.nats.jnats;
    requires org.slf4j;

    exports dev.seawall.outbox.nats;
}
