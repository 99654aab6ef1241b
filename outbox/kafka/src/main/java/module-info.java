import org.jspecify.annotations.NullMarked;

/** The outbox's messages to Kafka, and back. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the client has neither a descriptor nor a stable name: this is the one its file's name gives
module dev.seawall.outbox.kafka {
    requires transitive dev.seawall.outbox;
    requires static transitive org.jspecify;
    requires transitive kafka.clients;
    requires org.slf4j;

    exports dev.seawall.outbox.kafka;
}
