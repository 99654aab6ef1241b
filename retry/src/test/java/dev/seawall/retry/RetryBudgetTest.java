package dev.seawall.retry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.seawall.ResilienceRuntime;
import dev.seawall.VirtualRuntime;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RetryBudgetTest {

    private static final long SECOND = 1_000_000_000;

    private final VirtualRuntime runtime = VirtualRuntime.create();

    /** The same budget, told naively: exact fractions, a list of grants, no arithmetic to save time. */
    private static final class NaiveBudget {

        private final BigDecimal share;
        private final int perSecond;
        private final BigDecimal burst;
        private BigDecimal tokens;
        private long unused; // nanoseconds of reserve
        private long last;

        NaiveBudget(String share, int perSecond, int burst, long now) {
            this.share = new BigDecimal(share);
            this.perSecond = perSecond;
            this.burst = BigDecimal.valueOf(burst);
            this.tokens = this.burst;
            this.last = now;
        }

        void deposit() {
            tokens = tokens.add(share).min(burst);
        }

        boolean tryWithdraw(long now) {
            unused = Math.min(SECOND, unused + now - last);
            last = now;
            if (tokens.compareTo(BigDecimal.ONE) >= 0) {
                tokens = tokens.subtract(BigDecimal.ONE);
                return true;
            }
            long price = perSecond == 0 ? Long.MAX_VALUE : (SECOND + perSecond - 1) / perSecond;
            if (unused < price) {
                return false;
            }
            unused -= price;
            return true;
        }
    }

    @Test
    void of_newBudget_isFull() {
        RetryBudget budget = RetryBudget.of(0.1, 0, 3, runtime);

        assertThat(drain(budget)).isEqualTo(3);
        assertThat(RetryBudget.of(0.1, 0).burst()).isEqualTo(RetryBudget.DEFAULT_BURST);
    }

    @Test
    void deposit_shareOfATenth_tenCallsPayForOneRetry() {
        RetryBudget budget = RetryBudget.of(0.1, 0, 3, runtime);
        drain(budget);

        for (int i = 0; i < 9; i++) {
            budget.deposit();
        }
        boolean afterNine = budget.tryWithdraw();
        budget.deposit();
        boolean afterTen = budget.tryWithdraw();

        assertThat(afterNine).isFalse();
        assertThat(afterTen).isTrue();
    }

    @Test
    void deposit_fullBudget_doesNotGrow() {
        RetryBudget budget = RetryBudget.of(10, 0, 3, runtime);

        budget.deposit();

        assertThat(budget.available()).isEqualTo(3);
        assertThat(drain(budget)).isEqualTo(3);
    }

    @Test
    void tryWithdraw_onlyTheReserveLeft_grantsItsRate() {
        RetryBudget budget = RetryBudget.of(0, 10, 0, runtime);
        List<Boolean> granted = new ArrayList<>();

        for (int i = 0; i < 5; i++) {
            granted.add(budget.tryWithdraw());
            runtime.advance(ofMillis(50));
        }

        assertThat(granted).containsExactly(false, false, true, false, true);
    }

    @Test
    void tryWithdraw_afterAQuietTime_theReserveHoldsOneSecond() {
        RetryBudget budget = RetryBudget.of(0, 10, 0, runtime);
        runtime.advance(Duration.ofDays(365));

        int first = drain(budget);
        runtime.advance(ofMillis(100));
        int second = drain(budget);

        assertThat(first).isEqualTo(10);
        assertThat(second).isEqualTo(1);
    }

    @Test
    void tryWithdraw_rateThatDividesNoSecond_isNeverExceeded() {
        RetryBudget budget = RetryBudget.of(0, 7, 0, runtime);
        int granted = 0;

        for (int i = 0; i < 100_000; i++) {
            runtime.advance(ofMillis(1));
            granted += budget.tryWithdraw() ? 1 : 0;
        }

        assertThat(granted).isBetween(685, 700);
    }

    @Test
    void tryWithdraw_tokensLeft_theReserveIsNotTouched() {
        RetryBudget budget = RetryBudget.of(0, 1, 1, runtime);
        runtime.advance(ofSeconds(1));

        assertThat(drain(budget)).isEqualTo(2);
    }

    @Test
    void budget_randomUse_agreesWithItsNaiveTwin() {
        String[] shares = {"0", "0.1", "0.25", "0.29", "0.333333333", "1", "2.5", "10"};
        for (long seed = 1; seed <= 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            VirtualRuntime time = VirtualRuntime.create();
            String share = shares[random.nextInt(shares.length)];
            int perSecond = random.nextBoolean() ? random.nextInt(5) : random.nextInt(1, 2_000);
            int burst = random.nextInt(12);
            RetryBudget budget = RetryBudget.of(Double.parseDouble(share), perSecond, burst, time);
            NaiveBudget twin = new NaiveBudget(share, perSecond, burst, time.now());
            long start = time.now();
            long calls = 0;
            long retries = 0;

            for (int i = 0; i < 200; i++) {
                switch (random.nextInt(3)) {
                    case 0 -> {
                        budget.deposit();
                        twin.deposit();
                        calls++;
                    }
                    case 1 -> {
                        boolean granted = budget.tryWithdraw();
                        assertThat(granted).as("seed %d, step %d", seed, i).isEqualTo(twin.tryWithdraw(time.now()));
                        retries += granted ? 1 : 0;
                    }
                    default -> time.advance(ofNanos(random.nextLong(SECOND / 2)));
                }
                double seconds = (time.now() - start) / (double) SECOND;
                assertThat((double) retries)
                        .as("seed %d, step %d", seed, i)
                        .isLessThanOrEqualTo(Double.parseDouble(share) * calls + burst + perSecond * seconds + 1e-6);
            }
        }
    }

    @Test
    void budget_usedByManyThreads_keepsItsBound() throws InterruptedException {
        int threads = 4;
        int rounds = 50_000;
        long start = System.nanoTime();
        RetryBudget budget = RetryBudget.of(0.1, 1_000, 50, ResilienceRuntime.shared());
        AtomicLong calls = new AtomicLong();
        AtomicLong retries = new AtomicLong();
        Meeting together = new Meeting(threads);
        CountDownLatch ended = new CountDownLatch(threads);

        for (int i = 0; i < threads; i++) {
            new Thread(() -> {
                        use(budget, together, rounds, calls, retries);
                        ended.countDown();
                    })
                    .start();
        }

        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        double seconds = (System.nanoTime() - start) / (double) SECOND;
        assertThat(calls).hasValue((long) threads * rounds);
        // every tenth of a call was there to be taken, and was taken before the store was full, or is in it
        assertThat(retries.get()).isGreaterThanOrEqualTo(calls.get() / 10 - budget.burst());
        assertThat((double) retries.get()).isLessThanOrEqualTo(0.1 * calls.get() + 50 + 1_000 * seconds);
    }

    @Test
    void tryWithdraw_threadsRaceForTheLastToken_oneGetsIt() throws InterruptedException {
        assertOneOfTwoThreadsIsGranted(() -> RetryBudget.of(0, 0, 1, runtime));
    }

    @Test
    void tryWithdraw_threadsRaceForTheLastOfTheReserve_oneGetsIt() throws InterruptedException {
        assertOneOfTwoThreadsIsGranted(() -> RetryBudget.of(0, 1, 0, runtime));
    }

    private void assertOneOfTwoThreadsIsGranted(Supplier<RetryBudget> budget) throws InterruptedException {
        int rounds = 50_000;
        List<RetryBudget> budgets = Stream.generate(budget).limit(rounds).toList();
        runtime.advance(ofSeconds(1));
        AtomicIntegerArray granted = new AtomicIntegerArray(rounds);
        Meeting together = new Meeting(2);
        CountDownLatch ended = new CountDownLatch(2);

        for (int i = 0; i < 2; i++) {
            new Thread(() -> {
                        for (int round = 0; round < rounds; round++) {
                            together.arrive();
                            granted.addAndGet(round, budgets.get(round).tryWithdraw() ? 1 : 0);
                        }
                        ended.countDown();
                    })
                    .start();
        }

        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(IntStream.range(0, rounds).map(granted::get)).containsOnly(1);
    }

    /** Three retries wanted for each call: far more than there is. */
    private static void use(RetryBudget budget, Meeting together, int rounds, AtomicLong calls, AtomicLong retries) {
        together.arrive();
        for (int i = 0; i < rounds; i++) {
            budget.deposit();
            calls.incrementAndGet();
            for (int j = 0; j < 3; j++) {
                if (budget.tryWithdraw()) {
                    retries.incrementAndGet();
                }
            }
        }
    }

    @Test
    void of_valuesOutOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.of(-0.1, 0))
                .withMessage("share must be from 0.0 to 10.0, was -0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.of(Double.NaN, 0))
                .withMessage("share must be from 0.0 to 10.0, was NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.of(0.1, -1))
                .withMessage("minimumPerSecond must be from 0 to 1000000, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.of(0.1, 1, -1, runtime))
                .withMessage("burst must be from 0 to 1000000, was -1");
    }

    @Test
    void toString_namesSettingsAndWhatIsLeft() {
        RetryBudget budget = RetryBudget.of(0.1, 10, 100, runtime);
        budget.tryWithdraw();

        assertThat(budget).hasToString("budget of 0.1 retries a call and 10 a second, 99 of 100 held");
        assertThat(budget.share()).isEqualTo(0.1);
        assertThat(budget.minimumPerSecond()).isEqualTo(10);
    }

    private static int drain(RetryBudget budget) {
        int granted = 0;
        while (budget.tryWithdraw()) {
            granted++;
        }
        return granted;
    }
}
