package dev.seawall.outbox.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When notifications go out, in units of a clock that nobody drives. */
final class DebounceTest {

    private final Debounce debounce = new Debounce(20);

    @Test
    void due_withoutMessages_isNever() {
        assertThat(debounce.due()).isEqualTo(Debounce.NEVER);
    }

    @Test
    void added_once_isFollowedByOneNotificationAnIntervalLater() {
        assertThat(debounce.added(100)).isTrue();
        assertThat(debounce.due()).isEqualTo(120);

        debounce.sending(120);

        assertThat(debounce.due()).isEqualTo(Debounce.NEVER);
    }

    @Test
    void added_allTheTime_notifiesOnceInAnIntervalAndAfterTheLast() {
        List<Long> sent = new ArrayList<>();
        for (long now = 100; now < 300; now++) {
            if (now <= 200) {
                debounce.added(now);
            }
            if (debounce.due() <= now) {
                debounce.sending(now);
                sent.add(now);
            }
        }

        assertThat(sent).containsExactly(120L, 140L, 160L, 180L, 200L, 220L);
    }

    @Test
    void added_whileAnotherWaits_needNotWakeTheThread() {
        debounce.added(100);

        assertThat(debounce.added(101)).isFalse();
    }

    @Test
    void committed_afterAQuietWhile_isDueAtOnceElseAfterAnInterval() {
        debounce.committed();
        assertThat(debounce.due()).isLessThanOrEqualTo(100);

        debounce.sending(100);
        debounce.committed();

        assertThat(debounce.due()).isEqualTo(120);
    }

    @Test
    void sending_soonAfterAMessage_isFollowedByAnother() {
        debounce.added(100);
        debounce.committed();
        debounce.sending(105);

        assertThat(debounce.due()).isEqualTo(125);
    }

    @Test
    void failed_saysNothingForAWhileAndThenAll() {
        debounce.added(100);
        debounce.sending(120);
        debounce.failed(121, 1_000);

        assertThat(debounce.due()).isEqualTo(1_121);
        debounce.added(1_100);
        assertThat(debounce.due()).isEqualTo(1_121);
    }
}
