import org.jspecify.annotations.NullMarked;

/** Calls again: when a call has failed and trying again can help, or while it is still running and slow. */
@NullMarked
module dev.seawall.retry {
    requires transitive dev.seawall;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.retry;
}
