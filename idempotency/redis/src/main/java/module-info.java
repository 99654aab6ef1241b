import org.jspecify.annotations.NullMarked;

/** Idempotency records in Redis. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the library has a stable name, but no descriptor
module dev.seawall.idempotency.redis {
    requires transitive dev.seawall.idempotency;
    requires static transitive org.jspecify;
    requires transitive lettuce.core;

    exports dev.seawall.idempotency.redis;
}
