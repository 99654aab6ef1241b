package dev.seawall.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

    private static String stateKept(String tracestate) {
        return TraceContext.of(PARENT, tracestate).orElseThrow().tracestate();
    }

    @Test
    void of_validTrace_hasItsParts() {
        TraceContext trace = TraceContext.of(PARENT, "rojo=00f067aa0ba902b7").orElseThrow();

        assertThat(trace.traceId()).isEqualTo(TRACE);
        assertThat(trace.parentId()).isEqualTo(SPAN);
        assertThat(trace.sampled()).isTrue();
        assertThat(trace.headers()).isEqualTo(Map.of("traceparent", PARENT, "tracestate", "rojo=00f067aa0ba902b7"));
        assertThat(TraceContext.in(trace.headers())).contains(trace);
    }

    @Test
    void of_withoutState_hasOneHeader() {
        TraceContext trace =
                TraceContext.of("00-" + TRACE + "-" + SPAN + "-00", null).orElseThrow();

        assertThat(trace.sampled()).isFalse();
        assertThat(trace.headers()).containsOnlyKeys("traceparent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
                " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01"
            })
    void of_traceThatBreaksTheRules_isIgnored(String traceparent) {
        assertThat(TraceContext.of(traceparent, "a=b")).isEmpty();
        assertThat(TraceContext.in(Map.of("traceparent", traceparent))).isEmpty();
        assertThatThrownBy(() -> new TraceContext(traceparent, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_hugeTrace_isIgnored() {
        assertThat(TraceContext.of("cc-" + TRACE + "-" + SPAN + "-01-" + "x".repeat(1_000_000), null))
                .isEmpty();
    }

    @Test
    void of_laterVersion_isReadAsFarAsItIsKnown() {
        TraceContext trace = TraceContext.of("cc-" + TRACE + "-" + SPAN + "-ff-what-comes-later", null)
                .orElseThrow();

        assertThat(trace.traceparent()).isEqualTo(PARENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=b",
                "a=b,c=d",
                "a=b , c=d,,",
                "tenant@vendor=x y",
                "0a_-*/=!\"#$%&'()*+-./:;<>?@[]^`{|}~",
            })
    void state_asTheRecommendationSays_isKept(String tracestate) {
        assertThat(stateKept(tracestate)).isEqualTo(tracestate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a", "a=", "=b", "A=b", "a=b=c", "a=b,a=c", "a=é", "a=b\nc", "a b=c", "a=\u0000"})
    void state_thatBreaksTheRules_isIgnoredAndTheTraceStays(String tracestate) {
        assertThat(stateKept(tracestate)).isEmpty();
    }

    @Test
    void state_membersAndCharacters_areBounded() {
        String most = IntStream.range(0, 32).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));

        assertThat(stateKept(most)).isEqualTo(most);
        assertThat(stateKept(most + ",k32=v")).isEmpty();
        assertThat(stateKept("a=" + "b".repeat(256))).hasSize(258);
        assertThat(stateKept("a=" + "b".repeat(257))).isEmpty();
        assertThat(stateKept("a=b," + " ".repeat(1_000_000))).isEmpty();
    }

    @Test
    void in_headersInOtherCase_areFound() {
        assertThat(TraceContext.in(Map.of("Traceparent", PARENT, "TRACESTATE", "a=b")))
                .contains(new TraceContext(PARENT, "a=b"));
        assertThat(TraceContext.in(Map.of("tracestate", "a=b"))).isEmpty();
    }

    @Test
    void headers_ofATrace_areHeadersOfAMessage() {
        Message message = Message.unkeyed("orders", "payload");
        TraceContext trace = new TraceContext(PARENT, "a=b");
        for (Map.Entry<String, String> header : trace.headers().entrySet()) {
            message = message.withHeader(header.getKey(), header.getValue());
        }

        assertThat(TraceContext.in(message.headers())).contains(trace);
    }
}
