import org.jspecify.annotations.NullMarked;

/** Payloads as JSON, written and read by Jackson 3. */
@NullMarked
@SuppressWarnings("module") // the digit is that of the library
module dev.seawall.jackson3 {
    requires transitive dev.seawall.payload;
    requires static transitive org.jspecify;
    requires transitive tools.jackson.databind;

    exports dev.seawall.jackson3;
}
