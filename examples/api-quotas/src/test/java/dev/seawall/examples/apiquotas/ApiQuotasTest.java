package dev.seawall.examples.apiquotas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the example prints. */
@Timeout(60)
final class ApiQuotasTest {

    @Test
    void run_clientsOfDifferentGreed_getNoMoreThanTheirQuotaAndAreTold() throws Exception {
        var printed = new ByteArrayOutputStream();

        boolean within = ApiQuotas.run(Duration.ofSeconds(2), new PrintStream(printed, true, StandardCharsets.UTF_8));

        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(within).as(text).isTrue();
        assertThat(text)
                .containsPattern("ratelimit-policy: \"client\";q=20;w=1")
                .containsPattern("HTTP 429\\R(  .*\\R)*  ratelimit: \"client\";r=\\d+;t=1")
                .containsPattern("retry-after: 1")
                .containsPattern("modest +\\d+ +\\d+ +0 ")
                .containsPattern("greedy +\\d+ +\\d+ +[1-9]\\d*")
                .contains("nobody got more");
    }
}
