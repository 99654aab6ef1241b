package dev.seawall.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunLedgerTest {

    @TempDir
    private Path folder;

    private Path file;
    private RunLedger ledger;

    @BeforeEach
    void openLedger() {
        file = folder.resolve("runs.jsonl");
        ledger = RunLedger.in(file);
    }

    @Test
    void append_factsOfEachType_areALineInTheirOrder() throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", "relay \"kill\" \\ \n\u0001ä");
        facts.put("seed", -7L);
        facts.put("rate", 0.5);
        facts.put("clean", true);

        ledger.append(facts);

        assertThat(Files.readString(file))
                .matches("\\{\"at\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\",\"jdk\":\"[^\"]+\",.*\n")
                .endsWith(",\"run\":\"relay \\\"kill\\\" \\\\ \\u000a\\u0001ä\","
                        + "\"seed\":-7,\"rate\":0.5,\"clean\":true}\n");
    }

    @Test
    void append_again_keepsWhatIsThere() throws IOException {
        ledger.append(Map.of("seed", 1));
        RunLedger.in(file).append(Map.of("seed", 2));

        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(Files.readAllLines(file).get(0)).endsWith("\"seed\":1}");
    }

    @Test
    void append_whatIsNoFact_isRefusedAndNotWritten() {
        assertThatThrownBy(() -> ledger.append(Map.of("rate", Double.NaN)))
                .hasMessage("'rate' must be text, a finite number or a truth value, was NaN");
        assertThatThrownBy(() -> ledger.append(Map.of("jdk", "mine")))
                .hasMessage("facts must not have 'jdk', which is there already");
        assertThat(file).doesNotExist();
    }
}
