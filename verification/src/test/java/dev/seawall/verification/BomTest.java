package dev.seawall.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BomTest {

    private final List<String> published = artifactIds(House.here());

    @Test
    void bom_entries_areThePublishedJars() {
        assertThat(Pom.read(Path.of("../bom/pom.xml")).managedDependencies())
                .allMatch(Pom.Dependency::isOurs)
                .extracting(Pom.Dependency::artifactId)
                .containsExactlyInAnyOrderElementsOf(published);
    }

    /** Else a jar could be checked as it was before the change, or not at all. */
    @Test
    void verification_dependencies_areThePublishedJars() {
        assertThat(Pom.read(Path.of("pom.xml")).dependencies())
                .filteredOn(Pom.Dependency::isOurs)
                .extracting(Pom.Dependency::artifactId)
                .containsExactlyInAnyOrderElementsOf(published);
    }

    @Test
    void publishedJars_smallHouse_leaveOutAggregatorsAndWhatIsUnpublished() {
        var house = House.at(Path.of("src/test/resources/house"));

        assertThat(artifactIds(house)).containsExactly("a");
    }

    private static List<String> artifactIds(House house) {
        return house.publishedJars().stream().map(House.Jar::artifactId).toList();
    }
}
