package dev.seawall.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ArchitectureTest {

    @ParameterizedTest
    @EnumSource
    void rule_onTheHouse_holds(HouseRule rule) {
        List<Path> house =
                rule.scope.jars(House.here()).stream().map(House.Jar::classes).toList();

        rule.rule.check(new ClassFileImporter().importPaths(house));
    }

    @ParameterizedTest
    @EnumSource
    void rule_onClassesThatBreakIt_namesEachOfThem(HouseRule rule) {
        var fixtures = new ClassFileImporter().importPath("target/test-classes/dev/seawall/verification/fixture");

        assertThat(rule.breakers).isNotEmpty();
        assertThatThrownBy(() -> rule.rule.check(fixtures))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(
                        rule.breakers.stream().map(Class::getName).toArray(CharSequence[]::new));
    }
}
