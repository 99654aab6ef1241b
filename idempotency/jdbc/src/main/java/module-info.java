import org.jspecify.annotations.NullMarked;

/** Idempotency on the application's own database: in its transaction, or beside it. */
@NullMarked
module dev.seawall.idempotency.jdbc {
    requires transitive dev.seawall.idempotency;
    requires transitive dev.seawall.jdbc;
    requires static transitive org.jspecify;

    exports dev.seawall.idempotency.jdbc;
}
