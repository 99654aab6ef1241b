import org.jspecify.annotations.NullMarked;

/** Publishes messages of the outbox as signed webhooks. */
@NullMarked
module dev.seawall.outbox.webhook {
    requires transitive dev.seawall.outbox;
    requires transitive java.net.http;
    requires static transitive org.jspecify;

    exports dev.seawall.outbox.webhook;
}
