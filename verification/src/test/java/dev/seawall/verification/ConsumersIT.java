package dev.seawall.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds and runs two programs as users do: from the packaged jars, with nothing of this reactor around. */
final class ConsumersIT {

    private static final Path JARS = Path.of("target/jars");

    @TempDir
    private Path out;

    @Test
    void consumer_onTheModulePath_compilesWithoutWarningAndRuns() throws Exception {
        var path = JARS.toString();

        run(javac("-p", path, sources("module-path")));
        var output = run(tool("java", "-p", path + File.pathSeparator + out, "-m", "consumer/consumer.Main"));

        assertThat(output).contains("an answer in module consumer from module dev.seawall");
    }

    @Test
    void consumer_onTheClassPath_compilesWithoutWarningAndRuns() throws Exception {
        var path = JARS + File.separator + "*";

        run(javac("-cp", path, sources("class-path")));
        var output = run(tool("java", "-cp", path + File.pathSeparator + out, "consumer.Main"));

        assertThat(output).contains("an answer in unnamed module").doesNotContain("from module dev.seawall");
    }

    private List<String> javac(String option, String path, List<String> sources) {
        var command = new ArrayList<>(tool("javac", "--release", "17", "-Xlint:all", "-Werror", option, path));
        command.addAll(List.of("-d", out.toString()));
        command.addAll(sources);
        return command;
    }

    private static List<String> tool(String name, String... arguments) {
        var tool = Path.of(System.getProperty("java.home"), "bin", name).toString();
        return Stream.concat(Stream.of(tool), Stream.of(arguments)).toList();
    }

    private static List<String> sources(String consumer) throws IOException {
        try (var files = Files.walk(Path.of("src/it", consumer))) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".java"))
                    .toList();
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor())
                .as("exit code of %s, which printed:%n%s", command, output)
                .isZero();
        return output;
    }
}
