import org.jspecify.annotations.NullMarked;

/** The Idempotency-Key header field, for servers and clients. */
@NullMarked
module dev.seawall.idempotency.http {
    requires transitive dev.seawall.idempotency;
    requires transitive dev.seawall.retry;
    requires transitive java.net.http;
    requires transitive jdk.httpserver;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.idempotency.http;
}
