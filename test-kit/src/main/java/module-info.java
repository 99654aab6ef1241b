import org.jspecify.annotations.NullMarked;

/** Helps to test code that uses Seawall: properties with seeds, injected faults, assertions on pipelines. */
@NullMarked
module dev.seawall.test {
    requires static transitive org.jspecify;
    requires transitive dev.seawall;

    exports dev.seawall.test;
}
