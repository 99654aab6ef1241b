import org.jspecify.annotations.NullMarked;

/** Context for asynchronous calls, as Micrometer's context propagation knows it. */
@NullMarked
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the library has a stable name, but no descriptor
module dev.seawall.contextpropagation {
    requires transitive dev.seawall;
    requires static transitive org.jspecify;
    requires transitive context.propagation;

    exports dev.seawall.contextpropagation;
}
