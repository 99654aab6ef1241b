import org.jspecify.annotations.NullMarked;

/** Sagas: business transactions over several services that always end completed, compensated or parked. */
@NullMarked
module dev.seawall.saga {
    requires transitive dev.seawall;
    requires transitive dev.seawall.payload;
    requires transitive java.sql;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.saga;
}
