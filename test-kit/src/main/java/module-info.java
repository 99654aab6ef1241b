import org.jspecify.annotations.NullMarked;

/** Helps to test code that uses Seawall: properties with seeds, injected faults, processes that die, histories that are judged. */
@NullMarked
module dev.seawall.test {
    requires static transitive org.jspecify;
    requires transitive dev.seawall;

    exports dev.seawall.test;
}
