package dev.seawall.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The modules of the reactor, as its POMs tell them: a new module is checked without being named here. */
final class House {

    /** Everything here is published, but only this one is no part of a running service. */
    private static final String TEST_KIT = "seawall-test";

    /** What an adapted part of the platform begins with. */
    static final String OF_THE_JDK = "jdk:";

    private final Path root;

    private House(Path root) {
        this.root = root;
    }

    /** This reactor; Maven runs the tests of a module in its folder. */
    static House here() {
        return new House(Path.of(".."));
    }

    static House at(Path root) {
        return new House(root);
    }

    /** Every jar that goes to users. */
    List<Jar> publishedJars() {
        return published(Pom.read(root.resolve("pom.xml")))
                .filter(pom -> pom.packaging().equals("jar"))
                .map(pom -> new Jar(pom.artifactId(), pom.folder()))
                .toList();
    }

    /** The jars that run inside a service: the core and the policies. */
    List<Jar> serviceJars() {
        return publishedJars().stream()
                .filter(jar -> !jar.artifactId().equals(TEST_KIT))
                .toList();
    }

    /** The core and the policies: what adapts them to a library of the user's world is left out. */
    List<Jar> coreJars() {
        return serviceJars().stream().filter(jar -> jar.adapts().isEmpty()).toList();
    }

    private static Stream<Pom> published(Pom pom) {
        if (pom.text("properties", "seawall.unpublished").orElse("").equals("true")) {
            return Stream.empty();
        }
        var children = pom.modules().stream()
                .map(module -> Pom.read(pom.folder().resolve(module).resolve("pom.xml")));
        return Stream.concat(Stream.of(pom), children.flatMap(House::published));
    }

    /**
     * A published jar.
     *
     * @param artifactId its name for users
     * @param folder its place in the reactor
     */
    record Jar(String artifactId, Path folder) {

        /** The compiled classes; a jar without any would make every rule pass. */
        Path classes() {
            var classes = folder.resolve("target/classes");
            if (!Files.exists(classes.resolve("module-info.class"))) {
                throw new IllegalStateException(artifactId + " has no compiled module in " + classes);
            }
            return classes;
        }

        List<Path> classFiles() {
            return classFilesIn(classes());
        }

        /**
         * The library that this jar adapts, as {@code group:artifact}, or {@code jdk:module} for a part of the platform, which is no
         * dependency; only an adapter has one.
         */
        Optional<String> adapts() {
            return Pom.read(folder.resolve("pom.xml")).text("properties", "seawall.adapts");
        }

        /** The POM that users get. */
        Pom publishedPom() {
            return Pom.read(folder.resolve(".flattened-pom.xml"));
        }

        @Override
        public String toString() {
            return artifactId;
        }
    }

    static List<Path> classFilesIn(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
