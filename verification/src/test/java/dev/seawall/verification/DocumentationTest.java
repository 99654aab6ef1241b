package dev.seawall.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation shows was compiled and run, and what it links to is there. */
final class DocumentationTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)(#[^)]*)?\\)");

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void javaBlock_ofAPage_standsInATestedFile(Path page) {
        String tested = testedSources();

        assertThat(blocks(read(page))).allSatisfy(block -> assertThat(tested).contains(block));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void link_ofAPage_leadsToAFile(Path page) {
        Matcher links = LINK.matcher(read(page));

        assertThat(links.results().map(link -> link.group(1)))
                .allSatisfy(target -> assertThat(page.resolveSibling(target)).exists());
    }

    @Test
    void blocks_ofATextWithOne_findsItWithoutIndentation() {
        assertThat(blocks("text\n```java\n    int a;\n      int b;\n```\n")).containsExactly("int a;\nint b;");
    }

    private static List<String> blocks(String page) {
        return JAVA_BLOCK
                .matcher(page)
                .results()
                .map(block -> withoutIndentation(block.group(1)))
                .toList();
    }

    private static String testedSources() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("src/test/")
                            || file.toString().contains("examples/"))
                    .map(file -> withoutIndentation(read(file)))
                    .collect(Collectors.joining("\n"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The formatter decides on white space; a page need not follow it. */
    private static String withoutIndentation(String text) {
        return text.lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
