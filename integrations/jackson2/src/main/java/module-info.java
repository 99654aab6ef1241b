import org.jspecify.annotations.NullMarked;

/** Payloads as JSON, written and read by Jackson 2. */
@NullMarked
@SuppressWarnings("module") // the digit is that of the library
module dev.seawall.jackson2 {
    requires transitive dev.seawall.payload;
    requires static transitive org.jspecify;
    requires transitive com.fasterxml.jackson.databind;

    exports dev.seawall.jackson2;
}
