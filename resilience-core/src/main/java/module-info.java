import org.jspecify.annotations.NullMarked;

/** Calls, policies and the pipelines that join them: what every Seawall policy is built on. */
@NullMarked
module dev.seawall {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.seawall;
}
