package dev.seawall.benchmarks.overload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.retry.RetrySnapshot;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

final class TimelineTest {

    @Test
    void draw_anyRun_isWellFormed() throws Exception {
        List<Phase> plan = List.of(new Phase("overload", Phase.Part.OVERLOAD, 12, 10, Health.HANGING));
        Calls calls = new Calls(Phase.calls(plan));
        calls.ended(0, 0, 0, 1, End.ANSWERED);
        Change opened = new Change(2_000_000_000, CircuitBreaker.State.OPEN);

        String drawing = new Timeline(new Measured(
                        plan,
                        calls,
                        List.of(opened),
                        1,
                        new RetrySnapshot(0, 0, 0, 0),
                        List.of(),
                        0,
                        Percentiles.of(LongStream.empty()),
                        1,
                        1))
                .draw();

        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(drawing.getBytes(UTF_8)));
        assertThat(drawing).contains(">hanging<");
    }
}
