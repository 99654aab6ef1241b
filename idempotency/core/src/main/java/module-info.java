import org.jspecify.annotations.NullMarked;

/** Idempotency: a request or message that comes twice has one effect and one answer. */
@NullMarked
module dev.seawall.idempotency {
    requires transitive dev.seawall;
    requires transitive dev.seawall.payload;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.idempotency;
}
