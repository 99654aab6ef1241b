package dev.seawall.test;

import static dev.seawall.test.Fault.answer;
import static dev.seawall.test.Fault.delay;
import static dev.seawall.test.Fault.fail;
import static dev.seawall.test.Fault.pass;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seawall.CallInterruptedException;
import dev.seawall.CallTimedOutException;
import dev.seawall.Layer;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FaultsTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final long start = runtime.now();
    private final Faults faults = Faults.named("inventory");
    private final Pipeline pipeline =
            Pipeline.named("p").with(faults).runtime(runtime).build();
    private int runs;

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(runtime.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void call_noPlan_goesThrough() {
        assertThat(pipeline.call(this::work)).isEqualTo("work");

        assertThat(faults.injected()).isZero();
    }

    @Test
    void script_severalSteps_areTakenInOrderAndTheLastRepeats() {
        faults.script(fail(IllegalStateException::new), answer(String.class, "wrong"), pass());

        List<String> ends = ends(5);

        assertThat(ends).containsExactly("IllegalStateException", "wrong", "work", "work", "work");
        assertThat(runs).isEqualTo(3);
    }

    @Test
    void script_oneFault_hitsEveryCall() {
        faults.script(fail(IllegalStateException::new));

        assertThat(ends(3)).containsOnly("IllegalStateException");
        assertThat(runs).isZero();
    }

    @Test
    void script_noSteps_isRefused() {
        assertThatThrownBy(faults::script)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("script must have at least one step, had none");
    }

    @Test
    void script_sharedByThreads_givesEachStepToOneCall() throws Exception {
        int failing = 1_000;
        Fault[] steps = new Fault[failing + 1];
        Arrays.fill(steps, fail(IllegalStateException::new));
        steps[failing] = pass();
        faults.script(steps);

        List<Integer> failures = inParallel(4, () -> (int) IntStream.range(0, 500)
                .filter(i -> catchThrowable(() -> pipeline.run(() -> {})) != null)
                .count());

        assertThat(failures.stream().mapToInt(Integer::intValue).sum()).isEqualTo(failing);
        assertThat(faults.injected()).isEqualTo(failing);
    }

    @Test
    void delay_call_runsThatMuchLater() {
        faults.script(delay(ofMillis(200)));

        long ranAt = pipeline.call(runtime::now);

        assertThat(ranAt - start).isEqualTo(ofMillis(200).toNanos());
    }

    @Test
    void delay_ofZero_isNoFault() {
        faults.script(delay(ofMillis(0)));

        pipeline.run(() -> {});

        assertThat(faults.injected()).isZero();
        assertThat(runtime.now()).isEqualTo(start);
    }

    @Test
    void delay_betweenTwoBounds_reachesBothAndNothingElse() {
        faults.script(delay(Duration.ofNanos(1), Duration.ofNanos(3)));

        List<Long> delays = IntStream.range(0, 100)
                .mapToObj(i -> {
                    long before = runtime.now();
                    return pipeline.call(runtime::now) - before;
                })
                .distinct()
                .toList();

        assertThat(delays).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @Test
    void delay_clockReadOutside_isReadAgainInside() {
        faults.script(pass(), delay(ofSeconds(2)));
        Probe inside = new Probe();
        Pipeline limited = Pipeline.named("p")
                .with(Timeout.of(ofSeconds(10)))
                .with(faults)
                .with(inside)
                .runtime(runtime)
                .build();

        limited.run(() -> {});
        limited.run(() -> {});

        assertThat(inside.readings()).containsExactly(start, Layer.UNREAD);
    }

    @Test
    void delay_timeLimitOutside_endsItInTime() {
        faults.script(delay(ofSeconds(20)));
        Pipeline limited = Pipeline.named("p")
                .with(Timeout.of(ofSeconds(1)))
                .with(faults)
                .runtime(runtime)
                .build();

        assertThatThrownBy(() -> limited.call(this::work)).isInstanceOf(CallTimedOutException.class);

        assertThat(runtime.now() - start).isEqualTo(ofSeconds(1).toNanos());
        assertThat(runs).isZero();
    }

    @Test
    void delay_interrupted_endsWithTheFlagSet() {
        faults.script(delay(ofMillis(200)));
        Thread caller = Thread.currentThread();
        runtime.schedule(ofMillis(50).toNanos(), caller::interrupt);

        Throwable thrown = catchThrowable(() -> pipeline.call(this::work));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown)
                .isInstanceOf(CallInterruptedException.class)
                .hasMessage("'inventory' was interrupted while waiting for the end of an injected delay")
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(runtime.now() - start).isEqualTo(ofMillis(50).toNanos());
        assertThat(runs).isZero();
    }

    @Test
    void delay_runtimeClosed_isCutShortAndTheCallGoesOn() {
        faults.script(delay(ofMillis(200)));
        runtime.schedule(ofMillis(50).toNanos(), runtime::close);

        assertThat(pipeline.call(this::work)).isEqualTo("work");

        assertThat(runtime.now() - start).isEqualTo(ofMillis(50).toNanos());
    }

    @Test
    void fail_checkedException_isThrownAsItIs() {
        FileNotFoundException thrown = new FileNotFoundException("gone");
        faults.script(fail(() -> thrown));

        assertThatThrownBy(() -> pipeline.call(this::workThatMayFail)).isSameAs(thrown);
    }

    @Test
    void fail_error_isThrownAsItIs() {
        faults.script(fail(OutOfMemoryError::new));

        assertThatThrownBy(() -> pipeline.call(this::work)).isExactlyInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void fail_everyCall_getsAnExceptionOfItsOwn() {
        faults.script(fail(IllegalStateException::new));

        Throwable first = catchThrowable(() -> pipeline.call(this::work));
        Throwable second = catchThrowable(() -> pipeline.call(this::work));

        assertThat(second).isInstanceOf(IllegalStateException.class).isNotSameAs(first);
    }

    @Test
    void fail_supplierThrows_itsExceptionIsThrown() {
        faults.script(fail(() -> {
            throw new UnsupportedOperationException("no exception today");
        }));

        assertThatThrownBy(() -> pipeline.call(this::work))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("no exception today");
    }

    @Test
    void fail_afterADelay_throwsThatMuchLater() {
        faults.script(fail(IllegalStateException::new).after(ofMillis(200)));

        assertThat(ends(1)).containsExactly("IllegalStateException");

        assertThat(runtime.now() - start).isEqualTo(ofMillis(200).toNanos());
    }

    @Test
    void answer_null_isReturned() {
        faults.script(answer(String.class, null));

        assertThat(pipeline.<@Nullable String, RuntimeException>call(this::work))
                .isNull();
        assertThat(runs).isZero();
    }

    @Test
    void answer_afterADelay_isReturnedThatMuchLater() {
        faults.script(answer(String.class, "late").after(ofMillis(200)));

        assertThat(pipeline.call(this::work)).isEqualTo("late");

        assertThat(runtime.now() - start).isEqualTo(ofMillis(200).toNanos());
    }

    @Test
    void atRate_ofOne_hitsEveryCall() {
        faults.atRate(1, fail(IllegalStateException::new));

        assertThat(ends(1_000)).containsOnly("IllegalStateException");
    }

    @Test
    void atRate_ofZero_hitsNoCall() {
        faults.atRate(0, fail(IllegalStateException::new));

        assertThat(ends(1_000)).containsOnly("work");
    }

    @Test
    void atRate_inBetween_hitsThatShareOfCalls() {
        faults.atRate(0.2, fail(IllegalStateException::new));

        ends(20_000);

        assertThat(faults.injected()).isBetween(3_600L, 4_400L); // 7 standard deviations either way
        assertThat(runs).isEqualTo(20_000 - faults.injected());
    }

    @Test
    void atRate_sameSeed_hitsTheSameCalls() {
        Property.named("chance comes from the runtime").cases(100).check(random -> {
            long seed = random.nextLong();
            double rate = random.nextDouble();

            assertThat(endsOf(seed, rate)).isEqualTo(endsOf(seed, rate));
        });
    }

    @Test
    void atRate_noRate_isRefused() {
        assertThatThrownBy(() -> faults.atRate(1.1, pass()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rate must be from 0.0 to 1.0, was 1.1");
    }

    @Test
    void disable_script_standsStill() {
        faults.script(fail(IllegalStateException::new), pass());

        faults.disable();
        List<String> disabled = ends(2);
        faults.enable();
        List<String> enabled = ends(2);

        assertThat(disabled).containsExactly("work", "work");
        assertThat(enabled).containsExactly("IllegalStateException", "work");
    }

    @Test
    void isEnabled_switched_tellsTheState() {
        assertThat(faults.isEnabled()).isTrue();

        faults.disable();
        assertThat(faults.isEnabled()).isFalse();

        faults.enable();
        assertThat(faults.isEnabled()).isTrue();
    }

    @Test
    void script_replacedAtRunTime_beginsAnew() {
        faults.script(fail(IllegalStateException::new));
        List<String> before = ends(1);

        faults.script(answer(String.class, "a"), answer(String.class, "b"));
        List<String> after = ends(2);

        assertThat(before).containsExactly("IllegalStateException");
        assertThat(after).containsExactly("a", "b");
    }

    @Test
    void injected_severalCalls_countsAllButPasses() {
        faults.script(pass(), delay(ofMillis(1)), fail(IllegalStateException::new), pass());

        ends(5);

        assertThat(faults.injected()).isEqualTo(2);
    }

    @Test
    void with_severalFaults_addUp() {
        faults.script(delay(ofMillis(200)));
        Faults inner = Faults.named("inner").script(fail(IllegalStateException::new));
        Pipeline both =
                Pipeline.named("p").with(faults).with(inner).runtime(runtime).build();

        assertThatThrownBy(() -> both.call(this::work)).isInstanceOf(IllegalStateException.class);

        assertThat(runtime.now() - start).isEqualTo(ofMillis(200).toNanos());
    }

    @Test
    void toString_anyPlan_isShown() {
        assertThat(faults).hasToString("faults 'inventory' (pass)");
        assertThat(faults.script(fail(IOException::new), pass())).hasToString("faults 'inventory' (fail, pass)");
        assertThat(faults.atRate(0.1, delay(ofSeconds(1))))
                .hasToString("faults 'inventory' (pass after 1 s at rate 0.1)");

        faults.disable();
        assertThat(faults).hasToString("faults 'inventory' (pass after 1 s at rate 0.1, disabled)");
    }

    @Test
    void named_blank_isRefused() {
        assertThatThrownBy(() -> Faults.named(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must not be blank, was ' '");
    }

    @Test
    void isIdle_always_isFalse() {
        assertThat(faults.isIdle()).isFalse();
    }

    private String work() {
        runs++;
        return "work";
    }

    private String workThatMayFail() throws IOException {
        return work();
    }

    /** How calls end: what they return, or the type of what they throw. */
    private List<String> ends(int calls) {
        List<String> ends = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            ends.add(pipeline.callOr(this::work, failure -> failure.getClass().getSimpleName()));
        }
        return ends;
    }

    private static List<Boolean> endsOf(long seed, double rate) {
        Faults chance = Faults.named("chance").atRate(rate, answer(Boolean.class, true));
        Pipeline seeded = Pipeline.named("p")
                .with(chance)
                .runtime(VirtualRuntime.create(seed))
                .build();
        return IntStream.range(0, 50).mapToObj(i -> seeded.call(() -> false)).toList();
    }

    private static <T> List<T> inParallel(int threads, Callable<T> task) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CountDownLatch ready = new CountDownLatch(threads);
        try {
            List<Future<T>> futures = IntStream.range(0, threads)
                    .mapToObj(i -> pool.submit(() -> {
                        ready.countDown();
                        ready.await();
                        return task.call();
                    }))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
