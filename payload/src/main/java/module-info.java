import org.jspecify.annotations.NullMarked;

/** Objects that are stored or sent, by registered name and version. */
@NullMarked
module dev.seawall.payload {
    requires transitive dev.seawall;
    requires static transitive org.jspecify;

    exports dev.seawall.payload;
}
