import org.jspecify.annotations.NullMarked;

/** A rate limiter: bounds how many calls start in a period. */
@NullMarked
module dev.seawall.ratelimiter {
    requires transitive dev.seawall;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.ratelimiter;
}
