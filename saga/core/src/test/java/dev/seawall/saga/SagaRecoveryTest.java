package dev.seawall.saga;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Backoff;
import dev.seawall.payload.PayloadTypes;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Takeovers, definitions that have changed, and what operators do. */
final class SagaRecoveryTest extends InVirtualTime {

    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final SagaId id = SagaId.of("1");
    private final SagaKey key = new SagaKey("order", id);

    /** Fails for good as long as it is broken. */
    private SagaAction<String, String> brittle(String name) {
        return (state, context) -> {
            calls.add(name);
            if (broken.get()) {
                throw new SagaStepFailedException("broken");
            }
            return state + name;
        };
    }

    private Saga<String> parkingBehindItsPivot() {
        return define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .pivot("p")
                .run(does("p"))
                .step("b")
                .run(brittle("b"))
                .build();
    }

    private Saga<String> parkingInCompensation(OnCompensationFailure policy) {
        return define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .step("b")
                .run(does("b"))
                .compensate((state, context) -> {
                    calls.add("-b" + context.attempt());
                    if (broken.get()) {
                        throw new IllegalStateException("cannot undo");
                    }
                })
                .retryCompensation(Backoff.fixed(ofMillis(10)), 2)
                .onCompensationFailure(policy)
                .step("c")
                .run((state, context) -> {
                    throw new SagaStepFailedException("no");
                })
                .build();
    }

    @Test
    void claim_nodesDiedTooOften_isParkedWithItsStep() {
        Saga<String> saga = define().step("a")
                .run((state, context) -> {
                    sagas.expire("node-0"); // as if this killed the node each time
                    return state;
                })
                .build();
        NewSaga fresh = new NewSaga(
                key,
                1,
                "0".repeat(64),
                new Payloads.Encoded(PayloadTypes.basic()).encode("", List.of()),
                "seawall-saga 1\n#shape x\na begun 0\n",
                "a",
                null);
        sagas.start(fresh, "dead");
        for (int i = 0; i < 6; i++) {
            sagas.expire("dead");
            sagas.claim("dead", List.of(saga.version()), 1);
        }
        sagas.expire("dead");

        SagaResult<String> result = engine(saga).handle(saga, id).await();

        assertThat(result).isEqualTo(new SagaResult.Parked<>("", "a", "its node died 7 times at step 'a'"));
    }

    @Test
    void claim_stepIsGone_isParkedWithItsName() {
        Saga<String> old = define().step("a")
                .run(does("a"))
                .sleep("rest", ofSeconds(10))
                .step("b")
                .run(does("b"))
                .build();
        engine(old).start(old, id, "");
        engines.get(0).close();
        Saga<String> changed =
                define().step("a").run(does("a")).sleep("pause", ofSeconds(10)).build();

        SagaResult<String> result = engine(changed).handle(changed, id).await();

        assertThat(result)
                .isEqualTo(new SagaResult.Parked<>(
                        "a",
                        "rest",
                        "it cannot go on: it has begun step 'rest', which definition order v1 does not have"));
    }

    @Test
    void check_definitionsChanged_tellsWhatDoesNotFit() {
        Saga<String> old = define().step("a")
                .run(does("a"))
                .sleep("rest", ofSeconds(10))
                .step("b")
                .run(does("b"))
                .build();
        SagaEngine engine = engine(old);
        engine.start(old, id, "");
        Saga<String> renamed = define().step("a")
                .run(does("a"))
                .sleep("pause", ofSeconds(10))
                .step("b")
                .run(does("b"))
                .build();
        Saga<String> inserted = define().step("first")
                .run(does("a"))
                .step("a")
                .run(does("a"))
                .sleep("rest", ofSeconds(10))
                .build();
        Saga<String> appended = define().step("a")
                .run(does("a"))
                .sleep("rest", ofSeconds(10))
                .step("b")
                .run(does("b"))
                .step("c")
                .run(does("c"))
                .build();

        assertThat(engine.check(old)).isEmpty();
        assertThat(engine.check(renamed))
                .singleElement()
                .satisfies(found -> assertThat(found.problem())
                        .startsWith("it has begun step 'rest', which definition order v1 does not have"));
        assertThat(engine.check(inserted))
                .singleElement()
                .satisfies(
                        found -> assertThat(found.problem()).startsWith("it has begun step 'a', but not step 'first'"));
        assertThat(engine.check(appended))
                .singleElement()
                .satisfies(found -> assertThat(found.problem()).startsWith("started with another shape"));
    }

    @Test
    void retry_parkedBehindPivot_goesOnForward() {
        Saga<String> saga = parkingBehindItsPivot();
        SagaEngine engine = engine(saga);
        SagaHandle<String> handle = engine.start(saga, id, "");
        assertThat(handle.await()).isInstanceOf(SagaResult.Parked.class);
        broken.set(false);

        SagaRecord retried = engine.admin().retry(key, "ann", "repaired");

        assertThat(retried.status()).isEqualTo(SagaStatus.PAST_PIVOT);
        assertThat(handle.await()).isEqualTo(new SagaResult.Completed<>("apb"));
        assertThat(engine.admin().history(key)).anySatisfy(line -> {
            assertThat(line.node()).isEqualTo("ann");
            assertThat(line.entry()).isEqualTo(new SagaWrite.Entry(null, "retry", 0, "repaired"));
        });
    }

    @Test
    void skip_parkedBehindPivot_goesOnWithoutTheStep() {
        Saga<String> saga = parkingBehindItsPivot();
        SagaEngine engine = engine(saga);
        SagaHandle<String> handle = engine.start(saga, id, "");
        handle.await();

        engine.admin().skip(key, "b", "ann", "done by hand");

        assertThat(handle.await()).isEqualTo(new SagaResult.Completed<>("ap"));
    }

    @Test
    void forceCompensate_parkedBehindPivot_undoesWhatCanBe() {
        Saga<String> saga = parkingBehindItsPivot();
        SagaEngine engine = engine(saga);
        SagaHandle<String> handle = engine.start(saga, id, "");
        handle.await();

        engine.admin().forceCompensate(key, "ann", "customer gone");

        assertThat(handle.await()).isEqualTo(new SagaResult.Compensated<>("ap", "ann: customer gone"));
        assertThat(calls).containsExactly("a", "p", "b", "-a");
    }

    @Test
    void abandonAndForceComplete_parked_endIt() {
        Saga<String> saga = parkingBehindItsPivot();
        SagaEngine engine = engine(saga);
        SagaHandle<String> one = engine.start(saga, id, "");
        SagaHandle<String> other = engine.start(saga, SagaId.of("2"), "");
        one.await();
        other.await();

        engine.admin().abandon(one.key(), "ann", "test order");
        engine.admin().forceComplete(other.key(), "ann", "done by hand");

        assertThat(one.await()).isEqualTo(new SagaResult.Abandoned<>("ap"));
        assertThat(other.await()).isEqualTo(new SagaResult.Completed<>("ap"));
        assertThatThrownBy(() -> engine.admin().retry(key, "ann", "again"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("saga order/1 is ABANDONED: it is not parked");
    }

    @Test
    void compensationFails_policyPark_stopsThereAndGoesOnAfterRetry() {
        Saga<String> saga = parkingInCompensation(OnCompensationFailure.PARK);
        SagaEngine engine = engine(saga);
        SagaHandle<String> handle = engine.start(saga, id, "");
        assertThat(handle.await())
                .isInstanceOfSatisfying(
                        SagaResult.Parked.class,
                        parked -> assertThat(parked.reason())
                                .startsWith(
                                        "COMPENSATION_FAILED at step 'b': java.lang.IllegalStateException: cannot undo"));
        assertThat(calls).containsExactly("a", "b", "-b1", "-b2");
        broken.set(false);

        engine.admin().retry(key, "ann", "repaired");

        assertThat(handle.await()).isInstanceOf(SagaResult.Compensated.class);
        assertThat(calls).containsExactly("a", "b", "-b1", "-b2", "-b1", "-a");
    }

    @Test
    void compensationFails_policyContinue_undoesTheRestAndParks() {
        Saga<String> saga = parkingInCompensation(OnCompensationFailure.CONTINUE);

        SagaResult<String> result = engine(saga).start(saga, id, "").await();

        assertThat(result).isInstanceOf(SagaResult.Parked.class);
        assertThat(calls).containsExactly("a", "b", "-b1", "-b2", "-a");
    }

    @Test
    void condition_throws_isParkedAndKeepsTheResultsBefore() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .step("b")
                .run(does("b"))
                .when(state -> {
                    if (broken.get()) {
                        throw new IllegalStateException("bug");
                    }
                    return true;
                })
                .build();
        SagaEngine engine = engine(saga);
        SagaHandle<String> handle = engine.start(saga, id, "");
        assertThat(handle.await())
                .isEqualTo(new SagaResult.Parked<>("a", "a", "it cannot go on: java.lang.IllegalStateException: bug"));
        broken.set(false);

        engine.admin().retry(key, "ann", "deployed");

        assertThat(handle.await()).isEqualTo(new SagaResult.Completed<>("ab"));
        assertThat(calls).containsExactly("a", "b");
    }

    @Test
    void pivot_givenUpInDoubt_isParkedNotCompensated() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .pivot("p")
                .run((state, context) -> {
                    throw new IllegalStateException("no answer");
                })
                .retry(Backoff.fixed(ofSeconds(1)), 2)
                .deadline(ofMillis(1_500))
                .build();

        SagaResult<String> result = engine(saga).start(saga, id, "").await();

        assertThat(result)
                .isInstanceOfSatisfying(
                        SagaResult.Parked.class,
                        parked -> assertThat(parked.step()).isEqualTo("p"));
        assertThat(calls).containsExactly("a");
    }

    @Test
    void pivot_refused_compensates() {
        Saga<String> saga = define().step("a")
                .run(does("a"))
                .compensate(undoes("a"))
                .pivot("p")
                .run(brittle("p"))
                .build();

        SagaResult<String> result = engine(saga).start(saga, id, "").await();

        assertThat(result).isInstanceOf(SagaResult.Compensated.class);
        assertThat(calls).containsExactly("a", "p", "-a");
    }

    @Test
    void close_sagaRuns_isHandedToTheNextNode() {
        Saga<String> saga = define().step("a")
                .run((state, context) -> {
                    calls.add("a");
                    engines.get(0).close();
                    return state + "a";
                })
                .step("b")
                .run(does("b"))
                .build();
        engine(saga).start(saga, id, "");

        SagaResult<String> result = engine(saga).handle(saga, id).await();

        assertThat(result).isEqualTo(new SagaResult.Completed<>("ab"));
    }
}
