import org.jspecify.annotations.NullMarked;

/** Sagas in the database that the application already has. */
@NullMarked
module dev.seawall.saga.jdbc {
    requires transitive dev.seawall.jdbc;
    requires transitive dev.seawall.saga;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.saga.jdbc;
}
