import org.jspecify.annotations.NullMarked;

/** A bulkhead: bounds how many calls run at once. */
@NullMarked
module dev.seawall.bulkhead {
    requires transitive dev.seawall;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall.bulkhead;
}
