package dev.seawall.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SystemPropertiesRestored.class)
final class PropertyTest {

    private final List<Long> seeds = new ArrayList<>();

    @Test
    void check_bodyPasses_runsAllCasesWithSeedsOfTheirOwn() {
        Property.named("p").cases(200).check(random -> seeds.add(random.seed()));

        assertThat(seeds).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void check_casesNotSet_runsTheDefaultNumber() {
        Property.named("p").check(random -> seeds.add(random.seed()));

        assertThat(seeds).hasSize(Property.DEFAULT_CASES);
    }

    @Test
    void check_sameName_runsTheSameCases() {
        List<Long> again = new ArrayList<>();

        Property.named("p").cases(5).check(random -> seeds.add(random.nextLong()));
        Property.named("p").cases(5).check(random -> again.add(random.nextLong()));

        assertThat(again).isEqualTo(seeds);
    }

    @Test
    void check_otherName_runsOtherCases() {
        List<Long> others = new ArrayList<>();

        Property.named("p").cases(5).check(random -> seeds.add(random.seed()));
        Property.named("q").cases(5).check(random -> others.add(random.seed()));

        assertThat(others).doesNotContainAnyElementsOf(seeds);
    }

    @Test
    void check_caseFails_stopsThere() {
        assertThatThrownBy(() -> Property.named("p").cases(10).check(this::failsInThirdCase))
                .isInstanceOf(AssertionError.class);

        assertThat(seeds).hasSize(3);
    }

    @Test
    void check_caseFails_saysWhichAndHowToRunItAgain() {
        AssertionError error = failureOf(Property.named("numbers are small").cases(10), this::failsInThirdCase);

        long seed = seeds.get(2);
        assertThat(error)
                .hasMessage("'numbers are small' does not hold in case 3 of 10, seed " + seed
                        + ": java.io.IOException: the third" + "\n"
                        + "run only this case again with -Dseawall.seed=" + seed + ", or with replay(" + seed
                        + "L) in the code")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void check_caseThrowsAnError_keepsItAsCause() {
        StackOverflowError thrown = new StackOverflowError();

        AssertionError error = failureOf(Property.named("p"), random -> {
            throw thrown;
        });

        assertThat(error).hasCause(thrown);
    }

    @Test
    void check_caseIsInterrupted_keepsTheFlag() {
        failureOf(Property.named("p"), random -> {
            throw new InterruptedException();
        });

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void check_seedFromSystemProperty_runsOnlyTheFailedCase() {
        List<Long> numbers = new ArrayList<>();
        failureOf(Property.named("p"), random -> {
            numbers.add(random.nextLong());
            failsInThirdCase(random);
        });

        System.setProperty("seawall.seed", Long.toString(seeds.get(2)));
        Property.named("p").check(random -> assertThat(random.nextLong()).isEqualTo(numbers.get(2)));
    }

    @Test
    void check_seedFromSystemProperty_saysSoWhenItFails() {
        System.setProperty("seawall.seed", "-7");

        AssertionError error = failureOf(Property.named("p"), random -> {
            throw new IllegalStateException("broken");
        });

        assertThat(error)
                .hasMessageStartingWith(
                        "'p' does not hold in replayed case, seed -7: java.lang.IllegalStateException: broken");
    }

    @Test
    void check_replayInCode_runsOnlyThatCaseWhateverTheSystemProperty() {
        System.setProperty("seawall.seed", "7");

        Property.named("p").replay(42).check(random -> seeds.add(random.seed()));

        assertThat(seeds).containsExactly(42L);
    }

    @Test
    void check_seedIsRandom_runsOtherCasesEachTime() {
        System.setProperty("seawall.seed", "random");
        List<Long> again = new ArrayList<>();

        Property.named("p").cases(5).check(random -> seeds.add(random.seed()));
        Property.named("p").cases(5).check(random -> again.add(random.seed()));

        assertThat(again).hasSize(5).doesNotContainAnyElementsOf(seeds);
    }

    @Test
    void check_factor_multipliesTheCases() {
        System.setProperty("seawall.cases.factor", "3");

        Property.named("p").cases(5).check(random -> seeds.add(random.seed()));

        assertThat(seeds).hasSize(15).doesNotHaveDuplicates();
    }

    @Test
    void check_unreadableSeed_isRefused() {
        System.setProperty("seawall.seed", "0x2a");

        assertThatThrownBy(() -> Property.named("p").check(random -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seawall.seed must be a whole number or 'random', was '0x2a'");
    }

    @Test
    void check_unreadableFactor_isRefused() {
        System.setProperty("seawall.cases.factor", "many");

        assertThatThrownBy(() -> Property.named("p").check(random -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seawall.cases.factor must be a whole number, was 'many'");
    }

    @Test
    void check_factorOfZero_isRefused() {
        System.setProperty("seawall.cases.factor", "0");

        assertThatThrownBy(() -> Property.named("p").check(random -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seawall.cases.factor must be at least 1, was 0");
    }

    @Test
    void cases_none_isRefused() {
        assertThatThrownBy(() -> Property.named("p").cases(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cases must be at least 1, was 0");
    }

    private void failsInThirdCase(SeededRandom random) throws IOException {
        seeds.add(random.seed());
        if (seeds.size() == 3) {
            throw new IOException("the third");
        }
    }

    private static AssertionError failureOf(Property property, Property.Body body) {
        return catchThrowableOfType(AssertionError.class, () -> property.check(body));
    }
}
