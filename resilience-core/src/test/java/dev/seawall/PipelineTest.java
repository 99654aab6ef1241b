package dev.seawall;

import static dev.seawall.TestPolicies.broken;
import static dev.seawall.TestPolicies.passing;
import static dev.seawall.TestPolicies.policy;
import static dev.seawall.TestPolicies.rejecting;
import static dev.seawall.TestPolicies.repeating;
import static dev.seawall.TestPolicies.tracing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.TestPolicies.Rejection;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pipeline promises for calls on the caller's thread. */
final class PipelineTest {

    private final List<String> trace = new ArrayList<>();
    private final Pipeline empty = Pipeline.named("users").build();

    @AfterEach
    void noInterruptLeaksOutOfATest() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void call_firstPolicyAdded_isOutermost() {
        Pipeline pipeline = Pipeline.named("users")
                .with(tracing("a", trace))
                .with(tracing("b", trace))
                .build();

        String result = pipeline.call(() -> {
            trace.add("call");
            return "answer";
        });

        assertThat(result).isEqualTo("answer");
        assertThat(trace).containsExactly("> a", "> b", "call", "< b", "< a");
    }

    @Test
    void call_emptyPipeline_runsTheCall() {
        assertThat(empty.<String, RuntimeException>call(() -> "answer")).isEqualTo("answer");
    }

    @Test
    void call_nullResult_isReturned() {
        assertThat(empty.<String, RuntimeException>call(() -> null)).isNull();
    }

    @Test
    void call_checkedException_arrivesAsThrown() {
        IOException failure = new IOException("gone");
        Pipeline pipeline = Pipeline.named("users")
                .with(passing("a"))
                .with(Timeout.of(Duration.ofMinutes(1)))
                .build();

        try {
            pipeline.call(() -> {
                throw failure;
            });
        } catch (IOException thrown) { // compiles: the pipeline throws exactly what the call may throw
            assertThat(thrown).isSameAs(failure);
            assertThat(thrown).hasNoSuppressedExceptions();
            return;
        }
        throw new AssertionError("nothing was thrown");
    }

    @Test
    void call_subtypeOfADeclaredException_keepsItsType() {
        assertThatThrownBy(() -> empty.<String, IOException>call(() -> {
                    throw new FileNotFoundException();
                }))
                .isExactlyInstanceOf(FileNotFoundException.class);
    }

    @Test
    void call_error_passesThrough() {
        Error failure = new LinkageError("broken class");

        assertThatThrownBy(() -> empty.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void call_rejected_neverRunsTheCall() {
        AtomicInteger runs = new AtomicInteger();
        Pipeline pipeline = Pipeline.of(rejecting("gate"));

        assertThatThrownBy(() -> pipeline.call(runs::incrementAndGet))
                .isInstanceOf(Rejection.class)
                .hasMessage("'gate' is full");
        assertThat(runs).hasValue(0);
    }

    @Test
    void callWith_subject_reachesTheCall() throws IOException {
        assertThat(empty.<String, Integer, IOException>callWith("four", String::length))
                .isEqualTo(4);
    }

    @Test
    void callWith_nullSubject_isAllowed() {
        assertThat(empty.<Object, String, RuntimeException>callWith(null, String::valueOf))
                .isEqualTo("null");
    }

    @Test
    void run_action_isRun() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        Action<IOException> action = runs::incrementAndGet;

        empty.run(action);

        assertThat(runs).hasValue(1);
    }

    @Test
    void run_failingAction_throwsItsException() {
        assertThatThrownBy(() -> empty.run(() -> {
                    throw new IOException("gone");
                }))
                .isExactlyInstanceOf(IOException.class);
    }

    @Test
    void decorate_calledTwice_goesThroughThePipelineTwice() throws Exception {
        Pipeline pipeline = Pipeline.of(tracing("a", trace));

        Callable<Integer> decorated = pipeline.decorate(() -> 7);

        assertThat(decorated.call()).isEqualTo(7);
        assertThat(decorated.call()).isEqualTo(7);
        assertThat(trace).containsExactly("> a", "< a", "> a", "< a");
    }

    @Test
    void decorate_call_keepsItsExceptionType() {
        Call<String, IOException> decorated = empty.decorate(() -> {
            throw new IOException("gone");
        });

        assertThatThrownBy(decorated::call).isExactlyInstanceOf(IOException.class);
    }

    @Test
    void decorate_null_isRefusedAtOnce() {
        assertThatThrownBy(() -> empty.decorate(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("call");
    }

    @Test
    void tryCall_success_holdsTheValue() {
        assertThat(empty.tryCall(() -> 7)).isEqualTo(new Result.Success<>(7));
    }

    @Test
    void tryCall_checkedException_isAFailure() {
        IOException failure = new IOException("gone");

        Result<String> result = empty.tryCall(() -> {
            throw failure;
        });

        assertThat(result).isEqualTo(new Result.Failure<>(failure));
    }

    @Test
    void tryCall_ownRejection_isRejected() {
        Result<Integer> result = Pipeline.of(rejecting("gate")).tryCall(() -> 7);

        assertThat(result)
                .isInstanceOfSatisfying(
                        Result.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo("'gate' is full"));
    }

    @Test
    void tryCall_rejectionOfAnotherPipeline_isAFailureBecauseThisCallRan() {
        Pipeline inner = Pipeline.of(rejecting("gate"));

        Result<Integer> result = empty.tryCall(() -> {
            trace.add("wrote something");
            return inner.call(() -> 7);
        });

        assertThat(trace).containsExactly("wrote something");
        assertThat(result).isInstanceOf(Result.Failure.class);
        assertThat(result.exception()).containsInstanceOf(Rejection.class);
    }

    @Test
    void tryCall_error_isThrown() {
        assertThatThrownBy(() -> empty.tryCall(() -> {
                    throw new LinkageError();
                }))
                .isInstanceOf(LinkageError.class);
    }

    @Test
    void tryCall_interruptedCall_saysSoAndSetsTheFlag() {
        InterruptedException interruption = new InterruptedException();

        Result<String> result = empty.tryCall(() -> {
            throw interruption;
        });

        assertThat(result).isEqualTo(new Result.Failure<>(interruption));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void tryCall_interruptedWait_saysSoAndKeepsTheFlag() {
        Pipeline pipeline = Pipeline.of(interruptedWait());

        Result<String> result = pipeline.tryCall(() -> "never");

        assertThat(result.exception()).containsInstanceOf(CallInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void callOr_success_returnsTheResult() {
        assertThat(empty.<Integer>callOr(() -> 7, failure -> 0)).isEqualTo(7);
    }

    @Test
    void callOr_failure_givesItToTheFallback() {
        String result = empty.<String>callOr(
                () -> {
                    throw new IOException("gone");
                },
                Exception::getMessage);

        assertThat(result).isEqualTo("gone");
    }

    @Test
    void callOr_rejection_givesItToTheFallback() {
        String result = Pipeline.of(rejecting("gate")).<String>callOr(() -> "never", Exception::getMessage);

        assertThat(result).isEqualTo("'gate' is full");
    }

    @Test
    void callOr_cancellation_givesItToTheFallback() {
        String result = empty.<String>callOr(
                () -> {
                    throw new CancellationException("changed my mind");
                },
                Exception::getMessage);

        assertThat(result).isEqualTo("changed my mind");
    }

    @Test
    void callOr_throwingFallback_throwsThat() {
        assertThatThrownBy(() -> empty.<String>callOr(
                        () -> {
                            throw new IOException("gone");
                        },
                        failure -> {
                            throw new IllegalStateException("no fallback", failure);
                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void callOr_error_isThrownNotReplaced() {
        assertThatThrownBy(() -> empty.<String>callOr(
                        () -> {
                            throw new LinkageError();
                        },
                        failure -> "fallback"))
                .isInstanceOf(LinkageError.class);
    }

    @Test
    void callOr_interruptedCall_throwsUncheckedAndSetsTheFlag() {
        InterruptedException interruption = new InterruptedException();

        assertThatThrownBy(() -> empty.<String>callOr(
                        () -> {
                            throw interruption;
                        },
                        failure -> "fallback"))
                .isInstanceOf(CallInterruptedException.class)
                .hasCause(interruption)
                .hasMessageContaining("'users'");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void callOr_interruptedWait_isThrownNotReplaced() {
        Pipeline pipeline = Pipeline.of(interruptedWait());

        assertThatThrownBy(() -> pipeline.<String>callOr(() -> "never", failure -> "fallback"))
                .isInstanceOf(CallInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static Policy interruptedWait() {
        return policy("waiting", (next, scope) -> new TestPolicies.PassingLayer(next, scope) {
            @Override
            public <S, T, X extends Exception> T call(
                    CallWith<? super S, T, X> call, S subject, long now, long deadline) {
                Thread.currentThread().interrupt();
                throw new CallInterruptedException("waiting", "a permit", new InterruptedException());
            }
        });
    }

    @Test
    void toString_severalPolicies_printsTheirOrder() {
        Pipeline pipeline = Pipeline.named("users")
                .with(Timeout.of(java.time.Duration.ofSeconds(3)))
                .with(passing("a"))
                .with(Policy.none())
                .build();

        assertThat(pipeline).hasToString("users: timeout 'timeout' (3 s) > a > none");
    }

    @Test
    void toString_emptyPipeline_saysSo() {
        assertThat(empty).hasToString("users: no policies");
    }

    @Test
    void policies_ofAPipeline_areItsOrderAndCannotBeChanged() {
        Policy a = passing("a");
        Policy b = passing("b");
        Pipeline pipeline = Pipeline.named("users").with(a).with(b).build();

        assertThat(pipeline.policies()).containsExactly(a, b);
        assertThatThrownBy(() -> pipeline.policies().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void of_onePolicy_takesItsName() {
        Pipeline pipeline = Pipeline.of(passing("gate"));

        assertThat(pipeline.name()).isEqualTo("gate");
        assertThat(pipeline).hasToString("gate: gate");
    }

    @Test
    void build_twice_makesIndependentPipelines() {
        Pipeline.Builder builder = Pipeline.named("users").with(tracing("a", trace));
        Pipeline first = builder.build();
        Pipeline second = builder.with(tracing("b", trace)).build();

        first.run(() -> trace.add("first"));
        second.run(() -> trace.add("second"));

        assertThat(trace).containsExactly("> a", "first", "< a", "> a", "> b", "second", "< b", "< a");
        assertThat(first.policies()).hasSize(1);
    }

    @Test
    void build_policySharedByTwoPipelines_isLinkedOnceForEach() {
        List<String> linked = new ArrayList<>();
        Policy shared = policy("shared", (next, scope) -> {
            linked.add(scope.pipeline());
            return next;
        });

        Pipeline.named("a").with(shared).build();
        Pipeline.named("b").with(shared).build();

        assertThat(linked).containsExactly("a", "b");
    }

    @Test
    void build_policyWithoutLayer_isRefused() {
        Pipeline.Builder builder = Pipeline.named("users").with(policy("hollow", (next, scope) -> null));

        assertThatThrownBy(builder::build)
                .isInstanceOf(NullPointerException.class)
                .hasMessage("layer");
    }

    @Test
    void named_badName_isRefused() {
        assertThatThrownBy(() -> Pipeline.named(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void builder_nulls_areRefusedWithTheirName() {
        Pipeline.Builder builder = Pipeline.named("users");

        assertThatThrownBy(() -> builder.with(null)).hasMessage("policy");
        assertThatThrownBy(() -> builder.classifier(null)).hasMessage("classifier");
        assertThatThrownBy(() -> builder.runtime(null)).hasMessage("runtime");
        assertThatThrownBy(() -> builder.observer(null)).hasMessage("observer");
    }

    @Test
    void builder_runtimeAndClassifier_reachTheLayers() {
        VirtualRuntime runtime = VirtualRuntime.create();
        Classifier classifier = Classifier.builder().onNull(Outcome.FAILURE).build();
        List<Scope> scopes = new ArrayList<>();

        Pipeline.named("users")
                .runtime(runtime)
                .classifier(classifier)
                .with(policy("spy", (next, scope) -> {
                    scopes.add(scope);
                    return next;
                }))
                .build();

        assertThat(scopes).singleElement().satisfies(scope -> {
            assertThat(scope.runtime()).isSameAs(runtime);
            assertThat(scope.pipeline()).isEqualTo("users");
            assertThat(scope.outcome(null, null)).isEqualTo(Outcome.FAILURE);
        });
    }

    @Test
    void call_layersThatReissue_runTheCallAgain() {
        AtomicInteger runs = new AtomicInteger();
        Pipeline pipeline = Pipeline.named("users")
                .with(repeating("three times", 3))
                .with(repeating("twice", 2))
                .build();

        assertThat(pipeline.call(runs::incrementAndGet)).isEqualTo(6);
    }

    @Test
    void call_layerBrokenForAsync_stillServesSyncCalls() {
        Pipeline pipeline = Pipeline.of(broken(new IllegalStateException()));

        assertThat(pipeline.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
    }
}
