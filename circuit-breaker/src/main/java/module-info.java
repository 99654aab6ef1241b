import org.jspecify.annotations.NullMarked;

/** A circuit breaker and an adaptive throttle: send no calls, or fewer, to a dependency that keeps failing. */
@NullMarked
module dev.seawall.circuitbreaker {
    requires transitive dev.seawall;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.circuitbreaker;
}
