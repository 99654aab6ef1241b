package dev.seawall.verification;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ModuleTest {

    static List<House.Jar> publishedJars() {
        return House.here().publishedJars();
    }

    @ParameterizedTest
    @MethodSource("publishedJars")
    void jar_packages_areOneNamedLikeItsModule(House.Jar jar) throws IOException {
        var module = descriptor(jar).name();

        assertThat(packagesIn(jar.classes())).contains(module).isSubsetOf(module, module + ".spi");
    }

    @ParameterizedTest
    @MethodSource("publishedJars")
    void jar_exports_areUnqualifiedAndNothingIsOpened(House.Jar jar) throws IOException {
        var module = descriptor(jar);

        assertThat(module.exports()).noneMatch(ModuleDescriptor.Exports::isQualified);
        assertThat(module.opens()).isEmpty();
        assertThat(module.isOpen()).isFalse();
    }

    @Test
    void packagesIn_folderWithSeveral_findsThemAll() {
        assertThat(packagesIn(Path.of("target/test-classes")))
                .contains("dev.seawall.verification", "dev.seawall.verification.fixture.one");
    }

    private static ModuleDescriptor descriptor(House.Jar jar) throws IOException {
        try (var file = Files.newInputStream(jar.classes().resolve("module-info.class"))) {
            return ModuleDescriptor.read(file);
        }
    }

    private static Set<String> packagesIn(Path folder) {
        return House.classFilesIn(folder).stream()
                .map(file -> folder.relativize(file).getParent())
                .filter(path -> path != null) // module-info.class has no package
                .map(path -> path.toString().replace(path.getFileSystem().getSeparator(), "."))
                .collect(toUnmodifiableSet());
    }
}
