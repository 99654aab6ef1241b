package dev.seawall.saga.test;

import dev.seawall.Durations;
import dev.seawall.VirtualRuntime;
import dev.seawall.payload.PayloadTypes;
import dev.seawall.saga.InMemorySagas;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaEngine;
import dev.seawall.saga.SagaHandle;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaResult;
import dev.seawall.saga.test.Participants.Effect;
import dev.seawall.saga.test.Participants.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tests a definition in virtual time: what it does, and whether it does the same when its node crashes or stands still at any point.
 *
 * {@snippet file="dev/seawall/saga/test/SagaTesterTest.java" region="tester"}
 *
 * <p>The definition is made anew for each run, of {@link Participants} whose actions and compensations its steps use. Points are
 * before and after each write, action and compensation. At each of them in turn the node crashes, or stands still until another has
 * taken over and then goes on, and it is checked that
 *
 * <ul>
 *   <li>the saga ends in the same way as without that;
 *   <li>the same effects remain, each made once for its key;
 *   <li>what is undone is undone in reverse order.
 * </ul>
 *
 * <p><b>Threads:</b> for one thread. <b>Time:</b> a runtime of its own for each run; a wait of hours costs nothing.
 *
 * @param <S> the state
 */
public final class SagaTester<S> {

    private static final Duration LONGEST = Duration.ofHours(30);
    private static final Duration STANDSTILL = Duration.ofSeconds(20);

    /**
     * What a run left.
     *
     * @param result how the saga ended
     * @param participants what they have seen
     * @param points how many points it passed
     * @param <S> the state
     */
    public record Run<S>(SagaResult<S> result, Participants participants, int points) {}

    private enum Fault {
        CRASH,
        STANDSTILL
    }

    private final Function<? super Participants, Saga<S>> definition;
    private final S initial;
    private final PayloadTypes types;

    private SagaTester(Function<? super Participants, Saga<S>> definition, S initial, PayloadTypes types) {
        this.definition = Objects.requireNonNull(definition, "definition");
        this.initial = Objects.requireNonNull(initial, "initial");
        this.types = types;
    }

    /**
     * A tester of sagas whose states are texts or bytes.
     *
     * @param definition makes the definition, of the participants of one run
     * @param initial the first state
     * @param <S> the state
     * @return a new tester
     */
    public static <S> SagaTester<S> of(Function<? super Participants, Saga<S>> definition, S initial) {
        return new SagaTester<>(definition, initial, PayloadTypes.basic());
    }

    /**
     * The same with other payload types.
     *
     * @param payloads of states, results and signals
     * @return a new tester
     */
    public SagaTester<S> types(PayloadTypes payloads) {
        return new SagaTester<>(definition, initial, payloads);
    }

    /**
     * Runs the saga once, undisturbed.
     *
     * @return how it ended
     */
    public Run<S> run() {
        return new Trial(0, Fault.CRASH).run();
    }

    /**
     * Runs the saga once for each point, and has its node crash there. Another node takes over.
     *
     * @return how many points there are
     * @throws AssertionError if a run ends otherwise than the undisturbed one; it tells at which point
     */
    public int crashEverywhere() {
        return disturbEverywhere(Fault.CRASH);
    }

    /**
     * Runs the saga once for each point, and has its node stand still there for longer than its lease. Another node takes over, and
     * then the first one goes on with what it was doing.
     *
     * @return how many points there are
     * @throws AssertionError if a run ends otherwise than the undisturbed one; it tells at which point
     */
    public int standStillEverywhere() {
        return disturbEverywhere(Fault.STANDSTILL);
    }

    private int disturbEverywhere(Fault fault) {
        Run<S> undisturbed = run();
        check(undisturbed, undisturbed, "undisturbed");
        for (int point = 1; point <= undisturbed.points(); point++) {
            Trial trial = new Trial(point, fault);
            Run<S> disturbed = trial.run();
            check(disturbed, undisturbed, fault + " at point " + point + ", " + trial.where);
        }
        return undisturbed.points();
    }

    private void check(Run<S> run, Run<S> undisturbed, String what) {
        require(
                run.result().equals(undisturbed.result()),
                what,
                "ended as " + run.result() + ", undisturbed as " + undisturbed.result());
        List<String> remaining = names(run.participants().remaining());
        List<String> expected = names(undisturbed.participants().remaining());
        require(remaining.equals(expected), what, "left the effects of " + remaining + ", undisturbed of " + expected);
        List<String> done = names(of(run, Kind.DONE));
        List<String> undone = new ArrayList<>(names(of(run, Kind.UNDONE)));
        Collections.reverse(undone);
        done.retainAll(undone);
        require(undone.equals(done), what, "undid " + undone + " in reverse order, but did them as " + done);
    }

    private List<Effect> of(Run<S> run, Kind kind) {
        return run.participants().effects().stream()
                .filter(effect -> effect.kind() == kind)
                .toList();
    }

    private static List<String> names(List<Effect> effects) {
        return new ArrayList<>(effects.stream().map(Effect::step).toList());
    }

    private static void require(boolean holds, String what, String wrong) {
        if (!holds) {
            throw new AssertionError(what + ": the saga " + wrong);
        }
    }

    /** One run. */
    private final class Trial implements Crashes {

        private final int at;
        private final Fault fault;
        private final VirtualRuntime runtime = VirtualRuntime.create();
        private final InMemorySagas sagas = InMemorySagas.create(runtime);
        private final Participants participants = new Participants(this);
        private final Saga<S> saga = definition.apply(participants);
        private final List<SagaEngine> engines = new ArrayList<>();
        private @Nullable SteeredStore first;
        private int passed;
        private String where = "never reached";

        Trial(int at, Fault fault) {
            this.at = at;
            this.fault = fault;
        }

        Run<S> run() {
            first = new SteeredStore(sagas.node("first"), this);
            SagaEngine engine = engine(first);
            SagaId id = SagaId.of("tested");
            try {
                engine.start(saga, id, initial);
            } catch (NodeCrashed beforeOrAfterTheStart) {
                engines.get(1).start(saga, id, initial); // whoever wanted it tries again
            }
            SagaHandle<S> handle = engines.get(engines.size() - 1).handle(saga, id);
            SagaResult<S> result = handle.await(LONGEST);
            runtime.advance(STANDSTILL.multipliedBy(2)); // whoever stands still comes back
            engines.forEach(SagaEngine::close);
            return new Run<>(result, participants, passed);
        }

        private SagaEngine engine(SteeredStore store) {
            SagaEngine engine = SagaEngine.builder(store)
                    .types(types)
                    .register(saga)
                    .runtime(runtime)
                    .executor(new NodeThread())
                    .closeWithin(Duration.ZERO)
                    .build()
                    .start();
            engines.add(engine);
            return engine;
        }

        @Override
        public void point(String here) {
            passed++;
            if (passed != at) {
                return;
            }
            where = here;
            if (fault == Fault.CRASH) {
                Objects.requireNonNull(first).crash();
            }
            sagas.expire("first");
            engine(new SteeredStore(sagas.node("second"), point -> passed++));
            if (fault == Fault.CRASH) {
                throw new NodeCrashed(here);
            }
            standStill();
        }

        private void standStill() {
            try {
                runtime.sleep(Durations.toNanos(STANDSTILL));
            } catch (InterruptedException timedOut) {
                Thread.currentThread().interrupt(); // by the time limit of the attempt: its code sees it
            }
        }
    }
}
