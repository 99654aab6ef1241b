import org.jspecify.annotations.NullMarked;

/** Rate limits that several processes share, kept in Redis. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the library has a stable name, but no descriptor
module dev.seawall.ratelimiter.redis {
    requires transitive dev.seawall;
    requires transitive dev.seawall.circuitbreaker;
    requires transitive dev.seawall.ratelimiter;
    requires static transitive org.jspecify;
    requires transitive lettuce.core;
    requires org.slf4j;

    exports dev.seawall.ratelimiter.redis;
}
