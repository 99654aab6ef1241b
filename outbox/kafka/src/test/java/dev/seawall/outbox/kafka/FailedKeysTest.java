package dev.seawall.outbox.kafka;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FailedKeysTest {

    private final FailedKeys keys = new FailedKeys();

    @Test
    void mayPass_nothingFailed_all() {
        assertThat(keys.mayPass(message("t", "k", "m1"))).isTrue();
        assertThat(keys.mayPass(message("t", null, "m1"))).isTrue();
    }

    @Test
    void mayPass_newMessageOfAFailedKey_no() {
        keys.failed(message("t", "k", "m1"));

        assertThat(keys.mayPass(message("t", "k", "m2"))).isFalse();
        assertThat(keys.mayPass(message("t", "other", "m2"))).isTrue();
        assertThat(keys.mayPass(message("other", "k", "m2"))).isTrue();
        assertThat(keys.mayPass(message("t", null, "m2"))).isTrue();
    }

    @Test
    void mayPass_failedOneAgain_opensTheKey() {
        var first = message("t", "k", "m1");
        keys.failed(first);
        keys.mayPass(message("t", "k", "m2"));

        assertThat(keys.mayPass(first)).isTrue();
        assertThat(keys.mayPass(message("t", "k", "m2"))).isTrue();
    }

    @Test
    void mayPass_refusedOnceBefore_opensTheKey() {
        var second = message("t", "k", "m2");
        keys.failed(message("t", "k", "m1"));

        assertThat(keys.mayPass(second)).isFalse();
        assertThat(keys.mayPass(second)).isTrue();
    }

    @Test
    void mayPass_manyKeysFailed_theOldestAreForgotten() {
        for (int i = 0; i < 10_001; i++) {
            keys.failed(message("t", "k" + i, "m"));
        }

        assertThat(keys.mayPass(message("t", "k0", "m"))).isTrue();
        assertThat(keys.mayPass(message("t", "k1", "m"))).isFalse();
    }
}
