package dev.seawall;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A fixed order of policies, and the only thing that runs calls.
 *
 * <p>The policy added first is the outermost: it sees the call first and its end last. {@link #toString()} prints the order,
 * and {@link #findings()} names what is doubtful in it. A pipeline is not tied to a result type: make one per dependency and
 * use it for every call to it.
 *
 * <p>A call's own exceptions arrive as they were thrown, checked ones included. What policies throw is unchecked: a
 * {@link CallRejectedException} if the call was not run, a {@link CallTimedOutException} if its time ran out, a
 * {@link CallInterruptedException} if the thread was interrupted while a policy waited.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads. A synchronous call runs on its caller's thread.
 */
public final class Pipeline {

    private final Scope scope;
    private final List<Policy> policies;
    private final Layer outermost;
    private final boolean inheritsDeadline;

    private Pipeline(Builder builder) {
        this.scope = new Scope(builder.name, builder.runtime, builder.classifier);
        this.policies = List.copyOf(builder.policies);
        this.inheritsDeadline = builder.inheritsDeadline;
        CallObserver observer = builder.observer;
        Layer layer = new CallLayer(scope);
        if (observer != null) {
            layer = new ObservedLayer(layer, scope, observer, ObservedLayer.Level.ATTEMPT);
        }
        for (int i = policies.size() - 1; i >= 0; i--) {
            layer = Objects.requireNonNull(policies.get(i).link(layer, scope), "layer");
        }
        this.outermost = observer == null ? layer : new ObservedLayer(layer, scope, observer, ObservedLayer.Level.CALL);
    }

    /**
     * Starts a pipeline.
     *
     * @param name what it guards; appears in logs and metrics
     * @return a new builder
     */
    public static Builder named(String name) {
        return new Builder(Require.name(name));
    }

    /**
     * A pipeline of one policy, with the policy's name.
     *
     * @param policy the policy
     * @return a new pipeline
     */
    public static Pipeline of(Policy policy) {
        return named(policy.name()).with(policy).build();
    }

    /**
     * Runs a call on this thread. A call that may throw two unrelated checked types, such as {@code HttpClient.send}, throws
     * their common supertype here; {@link #tryCall} spares its callers the handling.
     *
     * @param call what to run; how often is up to the policies
     * @param <T> what it returns
     * @param <X> what it may throw
     * @return what the call returned
     * @throws X if the call threw it
     * @throws CallRejectedException if a policy did not let the call run
     * @throws CallTimedOutException if the time ran out
     * @throws CallInterruptedException if the thread was interrupted while a policy waited
     */
    public <T extends @Nullable Object, X extends Exception> T call(Call<T, X> call) throws X {
        return outermost.call(call, null, Layer.UNREAD, deadline());
    }

    /**
     * Runs a call about a subject on this thread. A lambda that uses only the subject captures nothing, and policies can
     * look at the subject.
     *
     * @param subject what the call is about
     * @param call what to run; how often is up to the policies
     * @param <S> type of the subject
     * @param <T> what the call returns
     * @param <X> what it may throw
     * @return what the call returned
     * @throws X if the call threw it
     * @throws CallRejectedException if a policy did not let the call run
     * @throws CallTimedOutException if the time ran out
     * @throws CallInterruptedException if the thread was interrupted while a policy waited
     */
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T callWith(
            S subject, CallWith<? super S, T, X> call) throws X {
        return outermost.call(call, subject, Layer.UNREAD, deadline());
    }

    /**
     * Runs a call that returns nothing on this thread.
     *
     * @param action what to run; how often is up to the policies
     * @param <X> what it may throw
     * @throws X if the call threw it
     * @throws CallRejectedException if a policy did not let the call run
     * @throws CallTimedOutException if the time ran out
     * @throws CallInterruptedException if the thread was interrupted while a policy waited
     */
    public <X extends Exception> void run(Action<X> action) throws X {
        outermost.call(action, null, Layer.UNREAD, deadline());
    }

    /**
     * Runs a call on this thread and returns how it ended instead of throwing. An {@code Error} is still thrown. If the
     * thread was interrupted, the result says so and the interrupt flag is set. A rejection that the call itself met, in
     * another pipeline, is a failure: this call did run.
     *
     * @param call what to run; how often is up to the policies
     * @param <T> what it returns
     * @return how the call ended
     */
    public <T extends @Nullable Object> Result<T> tryCall(Call<? extends T, ?> call) {
        try {
            return new Result.Success<>(outermost.call(call, null, Layer.UNREAD, deadline()));
        } catch (Exception failure) {
            if (failure instanceof CallRejectedException rejection && scope.isOwnRejection(rejection)) {
                return new Result.Rejected<>(rejection);
            }
            keepInterrupt(failure);
            return new Result.Failure<>(failure);
        }
    }

    /**
     * Runs a call on this thread, and a fallback if it fails, is rejected or times out. Neither an {@code Error} nor an
     * interruption is replaced by a fallback.
     *
     * @param call what to run; how often is up to the policies
     * @param fallback what to return instead; what it throws is thrown
     * @param <T> what both return
     * @return what the call or the fallback returned
     * @throws CallInterruptedException if the thread was interrupted; its flag is set
     */
    public <T extends @Nullable Object> T callOr(
            Call<? extends T, ?> call, Function<? super Exception, ? extends T> fallback) {
        try {
            return outermost.call(call, null, Layer.UNREAD, deadline());
        } catch (CallInterruptedException interrupted) {
            throw interrupted;
        } catch (Exception failure) {
            keepInterrupt(failure);
            if (failure instanceof InterruptedException) {
                throw new CallInterruptedException(scope.pipeline(), "the call", failure);
            }
            return fallback.apply(failure);
        }
    }

    /**
     * Starts an asynchronous call. Never throws and never blocks: every end arrives in the future, which completes exactly
     * once. Cancelling it, or completing it in any other way, cancels waits, pending retries and the running stage. Code that
     * depends on it runs on the thread that ends the call: the user's own, or one of the runtime's executor.
     *
     * @param call starts the work and returns its stage; how often is up to the policies
     * @param <T> what the stage completes with
     * @return completes as the call ends; a failure is what the call or a policy threw, not wrapped
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Call<? extends CompletionStage<? extends T>, ?> call) {
        return start(null, call);
    }

    /**
     * Starts an asynchronous call about a subject.
     *
     * @param subject what the call is about
     * @param call starts the work and returns its stage; how often is up to the policies
     * @param <S> type of the subject
     * @param <T> what the stage completes with
     * @return as for {@link #callAsync}
     */
    public <S extends @Nullable Object, T extends @Nullable Object> CompletableFuture<T> callAsyncWith(
            S subject, CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call) {
        return start(subject, call);
    }

    /**
     * Puts this pipeline around a call for later.
     *
     * @param call what to run each time
     * @param <T> what it returns
     * @param <X> what it may throw
     * @return a call, which is also a {@link java.util.concurrent.Callable}, that goes through this pipeline
     */
    public <T extends @Nullable Object, X extends Exception> Call<T, X> decorate(Call<T, X> call) {
        Objects.requireNonNull(call, "call");
        return () -> call(call);
    }

    private <S extends @Nullable Object, T extends @Nullable Object> CompletableFuture<T> start(
            S subject, CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call) {
        PipelineFuture<T> future = new PipelineFuture<>();
        try {
            future.running(outermost.<S, T>callAsync(call, subject, Layer.UNREAD, deadline(), future));
        } catch (Throwable broken) { // a policy broke its contract, or there is no memory left
            future.end(null, broken);
        }
        return future;
    }

    private long deadline() {
        return inheritsDeadline ? inherited() : Layer.NO_DEADLINE;
    }

    private long inherited() {
        long deadline = Deadline.currentOn(scope.runtime());
        if (deadline != Layer.NO_DEADLINE && scope.now() >= deadline) {
            throw new DeadlineExpiredException(scope.pipeline(), scope);
        }
        return deadline;
    }

    private static void keepInterrupt(Exception failure) {
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The name it was built with.
     *
     * @return the name
     */
    public String name() {
        return scope.pipeline();
    }

    /**
     * The policies in their order.
     *
     * @return the outermost first
     */
    public List<Policy> policies() {
        return policies;
    }

    /**
     * What is doubtful in this order of policies. Meant for a test or a log line at start; an empty list is no proof.
     *
     * @return one sentence each; empty if nothing strikes
     */
    public List<String> findings() {
        return Findings.of(policies);
    }

    /**
     * The order of the policies.
     *
     * @return such as {@code users: timeout 'timeout' (3 s) > circuit breaker 'users' (CLOSED)}
     */
    @Override
    public String toString() {
        return name() + ": "
                + (policies.isEmpty()
                        ? "no policies"
                        : policies.stream().map(Policy::toString).collect(Collectors.joining(" > ")));
    }

    /** Collects policies from the outermost to the innermost. Not thread-safe; may be used again after {@link #build()}. */
    public static final class Builder {

        private final String name;
        private final List<Policy> policies = new ArrayList<>();
        private Classifier classifier = Classifier.defaults();
        private ResilienceRuntime runtime = ResilienceRuntime.shared();
        private @Nullable CallObserver observer;
        private boolean inheritsDeadline;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Adds a policy inside those added before.
         *
         * @param policy a live instance, which other pipelines may share
         * @return this builder
         */
        public Builder with(Policy policy) {
            policies.add(Objects.requireNonNull(policy, "policy"));
            return this;
        }

        /**
         * Sets how ends of calls are judged.
         *
         * @param classifier asked by every policy that has none of its own; {@link Classifier#defaults()} unless set
         * @return this builder
         */
        public Builder classifier(Classifier classifier) {
            this.classifier = Objects.requireNonNull(classifier, "classifier");
            return this;
        }

        /**
         * Sets where time, threads and randomness come from.
         *
         * @param runtime {@link ResilienceRuntime#shared()} unless set
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Sets who sees calls and attempts.
         *
         * @param observer told of each start and end; nobody unless set
         * @return this builder
         */
        public Builder observer(CallObserver observer) {
            this.observer = Objects.requireNonNull(observer, "observer");
            return this;
        }

        /**
         * Lets calls keep within the {@linkplain Deadline#current() deadline of the thread} that makes them, such as that of
         * the pipeline in whose call they are made. A call after the deadline is rejected. The deadline bounds waits and
         * {@link Timeout}s; it takes a {@code Timeout} in this pipeline to end a call that is already running.
         *
         * @return this builder
         */
        public Builder inheritDeadline() {
            this.inheritsDeadline = true;
            return this;
        }

        /**
         * Makes the pipeline.
         *
         * @return a new pipeline
         */
        public Pipeline build() {
            return new Pipeline(this);
        }
    }
}
