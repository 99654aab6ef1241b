import org.jspecify.annotations.NullMarked;

/** A servlet filter that answers a repeated request from the store. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // version 5 of the API has a stable name, but no descriptor
module dev.seawall.idempotency.servlet {
    requires transitive dev.seawall.idempotency.http;
    requires transitive jakarta.servlet;
    requires static transitive org.jspecify;

    exports dev.seawall.idempotency.servlet;
}
