package dev.seawall.test;

import dev.seawall.Layer;
import dev.seawall.Policy;
import dev.seawall.Require;
import dev.seawall.Scope;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes calls slow, failing or wrong on purpose: to test what a pipeline does then, or to try a running system. Added last,
 * it stands innermost, in place of a dependency that misbehaves; several add up.
 *
 * {@snippet file="dev/seawall/test/ExamplesTest.java" region="faults"}
 *
 * <p>It has one plan at a time, by {@linkplain #script script} or by {@linkplain #atRate rate}. The plan, and whether it is
 * {@linkplain #enable() enabled}, can change at any time; a call that has begun keeps the fault it got.
 *
 * <p><b>Synchronous calls</b> wait on their caller's thread; one that is interrupted there ends with a
 * {@link dev.seawall.CallInterruptedException}, its flag set. <b>Asynchronous calls</b> wait on the runtime's timer and
 * resume on its executor; cancelling one ends the wait. Closing the runtime cuts delays short, and the calls go on.
 *
 * <p><b>Threads:</b> safe for any number of threads. Of a script each step is given to exactly one call, except for the last.
 *
 * <p><b>Time:</b> delays and chance come from the pipeline's runtime. A delay may outlast the call's deadline, as a slow
 * dependency would.
 */
public final class Faults implements Policy {

    private final String name;
    private final AtomicLong injected = new AtomicLong();
    private volatile FaultPlan plan = FaultPlan.script(List.of(Fault.pass()));
    private volatile boolean enabled = true;

    private Faults(String name) {
        this.name = name;
    }

    /**
     * A policy that injects nothing until it is given a plan.
     *
     * @param name appears in exceptions, and in the pipeline's order
     * @return a new policy, enabled
     */
    public static Faults named(String name) {
        return new Faults(Require.name(name));
    }

    /**
     * Plans faults in a fixed order, one for each call. The last one repeats: end with {@link Fault#pass()} for a dependency
     * that recovers; a single fault hits every call.
     *
     * @param steps at least one
     * @return this policy, at the first step
     */
    public Faults script(Fault... steps) {
        Require.check(steps.length > 0, "script must have at least one step, had none");
        plan = FaultPlan.script(List.of(steps));
        return this;
    }

    /**
     * Plans a fault for some calls, by chance.
     *
     * @param rate how probable it is for a call, from 0 (never) to 1 (always)
     * @param fault what goes wrong then
     * @return this policy
     */
    public Faults atRate(double rate, Fault fault) {
        plan = FaultPlan.rate(Require.between("rate", rate, 0, 1), Objects.requireNonNull(fault, "fault"));
        return this;
    }

    /**
     * Carries on with the plan. Does nothing if it is enabled.
     */
    public void enable() {
        enabled = true;
    }

    /**
     * Lets all calls through. A script stands still meanwhile.
     */
    public void disable() {
        enabled = false;
    }

    /**
     * Whether the plan is carried out.
     *
     * @return {@code true} unless {@linkplain #disable() disabled}
     */
    public boolean isEnabled() {
        return enabled;
    }

    /**
     * How many calls got a fault, {@link Fault#pass()} not being one, since this policy was made. A fault counts as soon as
     * it begins.
     *
     * @return the number of faults
     */
    public long injected() {
        return injected.get();
    }

    /** The fault of the next call. */
    Fault next(RandomGenerator random) {
        if (!enabled) {
            return Fault.pass();
        }
        Fault fault = plan.next(random);
        if (!fault.isPass()) {
            injected.incrementAndGet();
        }
        return fault;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new FaultLayer(next, scope, this);
    }

    /**
     * Never, because of the plan and the count.
     *
     * @return {@code false}
     */
    @Override
    public boolean isIdle() {
        return false;
    }

    /**
     * The plan.
     *
     * @return such as {@code faults 'inventory' (fail at rate 0.1)}
     */
    @Override
    public String toString() {
        return "faults '" + name + "' (" + plan + (enabled ? "" : ", disabled") + ")";
    }
}
