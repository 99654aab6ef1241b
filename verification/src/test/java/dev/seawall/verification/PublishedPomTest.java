package dev.seawall.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PublishedPomTest {

    static List<House.Jar> publishedJars() {
        return House.here().publishedJars();
    }

    @ParameterizedTest
    @MethodSource("publishedJars")
    void pom_dependencies_areOursAndTheTwoEverybodyMayHaveAndWhatAnAdapterAdapts(House.Jar jar) {
        assertThat(strangersIn(jar.publishedPom()))
                .isEqualTo(jar.adapts().filter(library -> !library.startsWith(House.OF_THE_JDK)).stream()
                        .toList());
    }

    @Test
    void adapts_mostJars_nothing() {
        assertThat(House.here().coreJars())
                .extracting(House.Jar::artifactId)
                .contains("seawall-core", "seawall-bulkhead", "seawall-circuit-breaker", "seawall-retry")
                .doesNotContain("seawall-context-propagation");
    }

    @ParameterizedTest
    @MethodSource("publishedJars")
    void pom_metadata_isWhatCentralAsksFor(House.Jar jar) {
        var pom = jar.publishedPom();

        assertThat(List.of("name", "description", "url", "version", "licenses", "developers", "scm"))
                .allSatisfy(element -> assertThat(pom.text(element)).as(element).isPresent());
        assertThat(pom.text("parent"))
                .as("parent, which users would have to load")
                .isEmpty();
    }

    @Test
    void strangersIn_pomWithOneMore_findsIt() {
        var pom = Pom.read(Path.of("src/test/resources/house/a/pom.xml"));

        assertThat(strangersIn(pom)).containsExactly("com.google.guava:guava");
    }

    private static List<String> strangersIn(Pom pom) {
        return pom.dependencies().stream()
                .filter(dependency -> !dependency.isOurs())
                .map(Pom.Dependency::coordinates)
                .filter(coordinates ->
                        !List.of("org.slf4j:slf4j-api", "org.jspecify:jspecify").contains(coordinates))
                .toList();
    }
}
