import org.jspecify.annotations.NullMarked;

/** Helps to test sagas: crashes them at every point, in virtual time. */
@NullMarked
module dev.seawall.saga.test {
    requires transitive dev.seawall.saga;
    requires static transitive org.jspecify;

    exports dev.seawall.saga.test;
}
