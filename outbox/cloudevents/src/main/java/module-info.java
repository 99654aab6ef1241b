import org.jspecify.annotations.NullMarked;

/** Messages of the outbox as CloudEvents, on every broker. */
@NullMarked
@SuppressWarnings("requires-automatic") // the libraries have stable names, but no descriptors
module dev.seawall.outbox.cloudevents {
    requires transitive dev.seawall.outbox;
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires io.cloudevents.api;
    requires io.cloudevents.core;
    requires io.cloudevents.formats.jackson;

    exports dev.seawall.outbox.cloudevents;
}
