import org.jspecify.annotations.NullMarked;

/** The outbox's messages to RabbitMQ, and back. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the client has a stable name, but no descriptor
module dev.seawall.outbox.rabbitmq {
    requires transitive dev.seawall.outbox;
    requires static transitive org.jspecify;
    requires transitive com.rabbitmq.client;
    requires org.slf4j;

    exports dev.seawall.outbox.rabbitmq;
}
