package dev.seawall.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class FailuresTest {

    private final Failures failures = new Failures();

    @Test
    void suppressOn_thrownItselfWasKept_isLeftOut() {
        IOException thrown = new IOException();
        IOException other = new IOException();
        failures.add(thrown);
        failures.add(other);

        failures.suppressOn(thrown, null);

        assertThat(thrown.getSuppressed()).containsExactly(other);
    }

    @Test
    void suppressOn_sameFailureTwice_isThereOnce() {
        IOException thrown = new IOException();
        IOException other = new IOException();
        failures.add(other);
        failures.add(other);

        failures.suppressOn(thrown, other);
        failures.suppressOn(thrown, null);

        assertThat(thrown.getSuppressed()).containsExactly(other);
    }

    @Test
    void suppressOn_equalFailuresThatAreNotTheSame_areBothThere() {
        class Equal extends IOException {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean equals(Object other) {
                return other instanceof Equal;
            }

            @Override
            public int hashCode() {
                return 1;
            }
        }
        Equal thrown = new Equal();
        failures.add(new Equal());
        failures.add(new Equal());

        failures.suppressOn(thrown, null);

        assertThat(thrown.getSuppressed()).hasSize(2);
    }

    @Test
    void suppressOn_userHasSuppressedSomeAlready_theyCount() {
        IOException thrown = new IOException();
        for (int i = 0; i < 7; i++) {
            thrown.addSuppressed(new IOException("theirs"));
            failures.add(new IOException("ours"));
        }

        failures.suppressOn(thrown, null);

        assertThat(thrown.getSuppressed()).hasSize(8);
        assertThat(thrown.getSuppressed()[7]).hasMessage("ours");
    }

    @Test
    void suppressOn_failureIsTheCause_isNotShownTwice() {
        IOException cause = new IOException();
        IOException thrown = new IOException(cause);
        failures.add(cause);

        failures.suppressOn(thrown, null);

        assertThat(thrown.getSuppressed()).isEmpty();
    }

    @Test
    void suppressOn_failureLeadsBackToTheThrown_makesNoCircle() {
        IOException thrown = new IOException();
        failures.add(new IOException(new RuntimeException(thrown)));
        IOException suppressing = new IOException();
        suppressing.addSuppressed(thrown);
        failures.add(suppressing);

        failures.suppressOn(thrown, null);

        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("CIRCULAR");
    }

    @Test
    void suppressOn_failureIsATangle_endsAllTheSame() {
        IOException one = new IOException();
        IOException two = new IOException(one);
        one.initCause(two);
        IOException thrown = new IOException();
        failures.add(two);

        failures.suppressOn(thrown, null);

        assertThat(thrown.getSuppressed()).containsExactly(two);
    }

    @Test
    void suppressOn_chainTooLongToSearch_isLeftOut() {
        Throwable chain = new IOException();
        for (int i = 0; i < 200; i++) {
            chain = new IOException(chain);
        }
        IOException thrown = new IOException();
        failures.add(chain);

        failures.suppressOn(thrown, null);

        assertThat(thrown.getSuppressed()).isEmpty();
    }

    @Test
    void suppressOn_exceptionThatTakesNone_isLeftAlone() {
        Gate.Closed thrown = new Gate.Closed(null, null);
        failures.add(new IOException());

        failures.suppressOn(thrown, new IOException());

        assertThat(thrown.getSuppressed()).isEmpty();
    }
}
