package dev.seawall.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.test.Property;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class StoredAnswerTest {

    private static final EncodedPayload PAYLOAD = EncodedPayload.of(
            "t".repeat(100), Integer.MAX_VALUE, "c".repeat(200), "canary".getBytes(StandardCharsets.UTF_8));

    @Test
    void ofBytes_whatWasWritten_isTheSame() {
        StoredAnswer read =
                StoredAnswer.ofBytes(StoredAnswer.of(PAYLOAD).bytes().clone());

        assertThat(read.payload()).isEqualTo(PAYLOAD);
        assertThat(read.isLost()).isFalse();
        assertThat(read).isEqualTo(StoredAnswer.of(PAYLOAD)).hasSameHashCodeAs(StoredAnswer.of(PAYLOAD));
    }

    @Test
    void ofBytes_nothingAndLost_areToldApart() {
        assertThat(StoredAnswer.ofBytes(StoredAnswer.of(null).bytes().clone()).payload())
                .isNull();
        assertThat(StoredAnswer.ofBytes(StoredAnswer.of(null).bytes().clone()).isLost())
                .isFalse();
        assertThat(StoredAnswer.ofBytes(StoredAnswer.lost().bytes().clone()).isLost())
                .isTrue();
        assertThat(StoredAnswer.of(null)).isNotEqualTo(StoredAnswer.lost());
    }

    @Test
    void ofBytes_whatAnyoneMayHaveWritten_isAnAnswerOrRefused() {
        Property.named("bytes of an answer").cases(20_000).check(random -> {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.chance(0.8)) {
                bytes[0] = 1;
            }
            try {
                assertThat(StoredAnswer.ofBytes(bytes).bytes()).isEqualTo(bytes);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageNotContaining("Exception");
            }
        });
    }

    @Test
    void ofBytes_noBytes_areRefused() {
        assertThatThrownBy(() -> StoredAnswer.ofBytes(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void toString_showsNoContent() {
        assertThat(StoredAnswer.of(PAYLOAD).toString()).doesNotContain("canary").contains("bytes");
        assertThat(StoredAnswer.lost()).hasToString("an answer that was not kept");
    }
}
