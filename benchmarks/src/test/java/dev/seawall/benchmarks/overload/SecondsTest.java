package dev.seawall.benchmarks.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SecondsTest {

    /** A call for each letter: due in the second of its word, answered (a) or failed (f). */
    private static Seconds seconds(String... words) {
        Calls calls = new Calls(String.join("", words).length());
        int call = 0;
        for (int second = 0; second < words.length; second++) {
            for (char letter : words[second].toCharArray()) {
                long due = TimeUnit.SECONDS.toNanos(second);
                calls.ended(call++, due, due, due + 1, letter == 'a' ? End.ANSWERED : End.FAILED);
            }
        }
        return Seconds.of(calls, words.length);
    }

    @Test
    void count_callsOfASecond_areCountedByTheirEnd() {
        Seconds seconds = seconds("aaf", "f");

        assertThat(seconds.count(0, End.ANSWERED::equals)).isEqualTo(2);
        assertThat(seconds.count(0, End.FAILED::equals)).isEqualTo(1);
        assertThat(seconds.count(1, End.ANSWERED::equals)).isZero();
    }

    @Test
    void perSecond_severalSeconds_isTheirAverage() {
        assertThat(seconds("aaa", "a", "aaaa").perSecond(0, 2, End.ANSWERED::equals))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "aa aa aa aa, 0",
        "ff aa aa aa, 0", // before the first second asked for
        "aa ff aa aa, 1",
        "aa aa ff aa, 2", // recovered once, but not for good
        "aa aa aa af, 3", // never
    })
    void recovery_fromSecond1_isTheNumberOfSecondsUntilAllAreGood(String words, int expected) {
        assertThat(seconds(words.split(" ")).recovery(1, 1.9)).isEqualTo(expected);
    }
}
