package dev.seawall.benchmarks.adaptive;

import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One bulkhead's day in virtual time: Poisson arrivals through a real pipeline, exponential work. All candidates of a seed see
 * the same calls with the same work.
 */
final class Day {

    static final int SLOTS_PER_HOUR = 12;
    static final Duration TIME_LIMIT = Duration.ofSeconds(2);

    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final SplittableRandom arrivals;
    private final SplittableRandom works;
    private final Bulkhead bulkhead;
    private final Pipeline pipeline;
    private final Dependency dependency;
    private final List<Measured> byPhase = new ArrayList<>();
    private final List<Measured> bySlot = new ArrayList<>();
    private Measured phaseNow = new Measured();
    private Measured slotNow = new Measured();
    private double load;

    private Day(Candidate candidate, long seed) {
        SplittableRandom source = new SplittableRandom(seed);
        this.arrivals = source.split();
        this.works = source.split();
        this.bulkhead = Bulkhead.of(candidate.name(), candidate.config(), runtime);
        this.pipeline = Pipeline.named("day")
                .runtime(runtime)
                .with(bulkhead)
                .with(Timeout.of(TIME_LIMIT))
                .build();
        this.dependency = new Dependency(runtime, Phase.DAY.get(0));
    }

    /** What was measured in each phase and in each slot of five minutes. */
    record Result(Candidate candidate, List<Measured> byPhase, List<Measured> bySlot) {}

    static Result simulate(Candidate candidate, long seed, double scale) {
        Day day = new Day(candidate, seed);
        Phase.DAY.forEach(phase -> day.go(phase, scale));
        return new Result(candidate, day.byPhase, day.bySlot);
    }

    private void go(Phase phase, double scale) {
        phaseNow = new Measured();
        byPhase.add(phaseNow);
        dependency.enter(phase);
        boolean begins = load == 0;
        load = phase.load();
        if (begins) {
            arriveLater();
        }
        int slots = (int) Math.round(phase.hours() * SLOTS_PER_HOUR);
        long step = (long) (HOUR_NANOS / SLOTS_PER_HOUR * scale) / STEPS;
        for (int slot = 0; slot < slots; slot++) {
            slotNow = new Measured();
            bySlot.add(slotNow);
            for (int i = 0; i < STEPS; i++) {
                runtime.advance(Duration.ofNanos(step));
                look(step);
            }
        }
    }

    private static final int STEPS = 300;

    private void look(long nanos) {
        int limit = bulkhead.snapshot().limit();
        phaseNow.limit(limit, nanos);
        slotNow.limit(limit, nanos);
    }

    private void arriveLater() {
        double seconds = -Math.log(1 - arrivals.nextDouble()) / load;
        runtime.schedule((long) (seconds * 1e9), () -> {
            arrive();
            arriveLater();
        });
    }

    private void arrive() {
        long start = runtime.now();
        double work = -Math.log(1 - works.nextDouble());
        Measured inPhase = phaseNow;
        Measured inSlot = slotNow;
        pipeline.callAsync(() -> dependency.call(work)).whenComplete((answer, failure) -> {
            long nanos = runtime.now() - start;
            count(inPhase, failure, nanos);
            count(inSlot, failure, nanos);
        });
    }

    private static void count(Measured measured, @Nullable Throwable failure, long nanos) {
        if (failure == null) {
            measured.answered(nanos);
        } else if (failure instanceof BulkheadFullException) {
            measured.rejected();
        } else {
            measured.failed();
        }
    }
}
