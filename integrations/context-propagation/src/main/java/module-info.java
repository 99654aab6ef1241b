import org.jspecify.annotations.NullMarked;

/** Context for asynchronous calls, as Micrometer's context propagation knows it. */
@NullMarked
module dev.seawall.contextpropagation {
    requires transitive dev.seawall;
    requires static transitive org.jspecify;
    requires micrometer.context.propagation;

    exports dev.seawall.contextpropagation;
}
