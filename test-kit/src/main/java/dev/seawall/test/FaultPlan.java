package dev.seawall.test;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Which call gets which fault. */
sealed interface FaultPlan {

    Fault next(RandomGenerator random);

    static FaultPlan script(List<Fault> steps) {
        return new Script(steps, new AtomicInteger());
    }

    static FaultPlan rate(double rate, Fault fault) {
        return new Rate(rate, fault);
    }

    /** One step after another; the last one repeats. */
    record Script(List<Fault> steps, AtomicInteger position) implements FaultPlan {

        @Override
        public Fault next(RandomGenerator random) {
            int last = steps.size() - 1;
            return steps.get(position.getAndUpdate(step -> Math.min(step + 1, last)));
        }

        @Override
        public String toString() {
            return steps.stream().map(Fault::toString).collect(Collectors.joining(", "));
        }
    }

    /** Each call by chance. */
    record Rate(double rate, Fault fault) implements FaultPlan {

        @Override
        public Fault next(RandomGenerator random) {
            return random.nextDouble() < rate ? fault : Fault.pass();
        }

        @Override
        public String toString() {
            return fault + " at rate " + rate;
        }
    }
}
