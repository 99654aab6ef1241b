package dev.seawall.saga;

import dev.seawall.CallInterruptedException;
import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import dev.seawall.VirtualRuntime;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.payload.PayloadTypes;
import dev.seawall.saga.Next.Act;
import dev.seawall.saga.SagaStore.Started;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings sagas to their end: starts them, runs their steps, notes what was done, and takes over what nodes that died have left.
 *
 * <p>Before and after each remote step it writes to the store; a result and the next intent are one write. Nothing is called for a
 * saga once a write told that another node owns it. A failed attempt is noted with the time of the next one, and no thread waits
 * for that, nor for signals and sleeps.
 *
 * <p><b>Load:</b> it works on so many sagas at once as is set. What is started beyond that is stored and left to any node that has
 * room, with one write more.
 *
 * <p><b>Threads:</b> safe for any number of threads. The users' code runs on the engine's executor; whether it blocks there is its
 * own business, but it keeps a thread. Conditions, folds and listeners must not block.
 *
 * <p><b>Time:</b> deadlines and waits are the store's clock's, the time limits of attempts the runtime's.
 */
public final class SagaEngine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SagaEngine.class);

    private final Host host;
    private final Map<SagaVersion, Definition<?>> definitions;
    private final int concurrency;
    private final int recoveryLimit;
    private final long closeNanos;
    private final Supplier<@Nullable String> trace;
    private final @Nullable ThreadPoolExecutor ownThreads;
    private final Claimer claimer;
    private volatile boolean started;
    private volatile @Nullable Thread closer;

    private SagaEngine(Builder settings) {
        this.ownThreads = settings.executor == null && !(settings.runtime instanceof VirtualRuntime)
                ? SagaThreads.pool(settings.concurrency)
                : null;
        Executor executor = settings.executor != null
                ? settings.executor
                : ownThreads != null ? ownThreads : settings.runtime.executor();
        this.host = new Host(settings.store, settings.payloads, settings.runtime, executor);
        this.definitions = settings.definitions();
        this.concurrency = settings.concurrency;
        this.recoveryLimit = settings.recoveryLimit;
        this.closeNanos = Durations.toNanos(settings.closeWithin);
        this.trace = settings.trace;
        this.claimer = new Claimer(host, definitions.keySet(), concurrency, this::claimed);
        host.onLeft(this::left);
    }

    /**
     * Begins an engine.
     *
     * @param store where sagas are kept; one for each engine, closed with it
     * @return a new builder
     */
    public static Builder builder(SagaStore store) {
        return new Builder(store);
    }

    /**
     * An engine whose sagas live in this process and end with it. It is started. States need no codec, but must be immutable and
     * should have {@code equals} and {@code hashCode}, by which a second start with the same id is told from one with another input.
     *
     * @param sagas the definitions
     * @return an engine that must be closed
     */
    public static SagaEngine inMemory(Saga<?>... sagas) {
        ResilienceRuntime runtime = ResilienceRuntime.shared();
        Builder builder = builder(InMemorySagas.create(runtime).node("this"));
        builder.payloads = new HeldPayloads();
        List.of(sagas).forEach(builder::register);
        return builder.build().start();
    }

    /**
     * Joins the other nodes, and begins to take on sagas that are due.
     *
     * @return this engine
     * @throws IllegalStateException if it was started or closed before
     */
    public SagaEngine start() {
        if (started || host.isClosing()) {
            throw new IllegalStateException("this saga engine was started or closed before");
        }
        started = true;
        host.store.open(() -> claimer.lookIn(0));
        claimer.lookIn(0);
        return this;
    }

    /**
     * Starts a saga and waits until it is stored. If there is one with that id already and it was started with the same input,
     * nothing happens.
     *
     * @param saga a definition that is registered with this engine
     * @param id tells it from the others of that definition
     * @param state the first state
     * @param <S> its type
     * @return the saga, fresh or not
     * @throws SagaExistsException if that id was used with another input
     * @throws SagaStoreException if the store refuses it
     * @throws CallInterruptedException if the thread is interrupted; its flag is set again, and the saga may be stored or not:
     *     start it again to find out
     * @throws IllegalStateException if the engine is not started, or closed
     */
    public <S> SagaHandle<S> start(Saga<S> saga, SagaId id, S state) {
        Definition<S> definition = definitionOf(saga);
        requireStarted();
        Position<S> first = definition.machine.start(state, traceParent());
        boolean full = host.active() >= concurrency;
        Facts now = new Facts(Duration.ZERO, saga.deadline().orElse(null), false);
        Next<S> next = full ? new Next.Wait<>(first, Duration.ZERO) : definition.machine.next(first, now);
        Position<S> stored = next instanceof Act<S> ? next.position() : first;
        host.counters.writes.increment();
        Started answer = joined(host.store.start(toStore(saga, id, stored)), saga.name() + "/" + id);
        SagaRecord kept = checked(answer, state);
        if (answer instanceof Started.Fresh) {
            host.counters.started.increment();
            SagaRun<S> run = new SagaRun<>(host, definition, kept, stored);
            host.publish(SagaEvent.Started.class, () -> new SagaEvent.Started(kept.key()));
            if (full) {
                run.handBack();
            } else if (next instanceof Act<S>) {
                run.resume(next);
            } else {
                run.resume();
            }
        }
        return new SagaHandle<>(host, definition, kept.key());
    }

    /**
     * Starts a saga in the caller's transaction. It begins, on any node, soon after that is committed; if it is rolled back, there
     * never was one.
     *
     * @param connection in a transaction of the saga's database
     * @param saga a definition that is registered with this engine
     * @param id tells it from the others of that definition
     * @param state the first state
     * @param <S> its type
     * @return the saga, fresh or not
     * @throws SQLException if the database refuses
     * @throws SagaExistsException if that id was used with another input; the transaction can go on
     * @throws UnsupportedOperationException if the store has no connections
     */
    public <S> SagaHandle<S> start(Connection connection, Saga<S> saga, SagaId id, S state) throws SQLException {
        Definition<S> definition = definitionOf(saga);
        requireStarted();
        Position<S> first = definition.machine.start(state, traceParent());
        Started answer = host.store.start(connection, toStore(saga, id, first));
        SagaRecord kept = checked(answer, state);
        if (answer instanceof Started.Fresh) {
            host.counters.started.increment();
            claimer.lookIn(Durations.toNanos(Duration.ofMillis(20))); // most callers commit soon
        }
        return new SagaHandle<>(host, definition, kept.key());
    }

    private @Nullable String traceParent() {
        try {
            return TraceParent.orNull(trace.get());
        } catch (RuntimeException broken) {
            LOG.warn("the trace could not be asked for; the saga starts without one", broken);
            return null;
        }
    }

    private void requireStarted() {
        if (!started || host.isClosing()) {
            throw new IllegalStateException("this saga engine is " + (started ? "closed" : "not started yet"));
        }
    }

    private <S> NewSaga toStore(Saga<S> saga, SagaId id, Position<S> first) {
        EncodedPayload state = host.payloads.encode(first.state(), List.of());
        return new NewSaga(
                new SagaKey(saga.name(), id),
                saga.version().version(),
                host.payloads.hash(first.state(), state),
                state,
                ProgressText.write(first.progress()),
                first.step(),
                saga.deadline().orElse(null));
    }

    private SagaRecord checked(Started answer, Object state) {
        if (answer instanceof Started.Fresh fresh) {
            return fresh.saga();
        }
        SagaRecord existing = ((Started.Existing) answer).saga();
        String hash = host.payloads.hash(state, host.payloads.encode(state, List.of()));
        if (!existing.inputHash().equals(hash)) {
            throw new SagaExistsException(existing.key());
        }
        return existing;
    }

    private static <T> T joined(CompletionStage<T> stage, String saga) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CallInterruptedException(saga, "its start", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw failed.getCause() instanceof RuntimeException failure
                    ? failure
                    : new SagaStoreException("saga " + saga + " could not be started", failed.getCause());
        }
    }

    @SuppressWarnings("unchecked") // registered under the version of that very object
    private <S> Definition<S> definitionOf(Saga<S> saga) {
        Definition<?> definition = definitions.get(saga.version());
        if (definition == null || definition.saga != saga) {
            throw new IllegalArgumentException(saga + " is not registered with this engine");
        }
        return (Definition<S>) definition;
    }

    private void claimed(SagaRecord saga) {
        host.counters.claimed.increment();
        if (saga.recoveries() > 0) {
            host.counters.recovered.increment();
            host.publish(SagaEvent.Recovered.class, () -> new SagaEvent.Recovered(saga.key(), saga.recoveries()));
        }
        Definition<?> definition = Objects.requireNonNull(
                definitions.get(new SagaVersion(saga.key().definition(), saga.version())));
        if (saga.recoveries() > recoveryLimit) {
            park(saga, "its node died " + saga.recoveries() + " times at step '" + saga.step() + "'");
        } else {
            resume(definition, saga);
        }
    }

    private <S> void resume(Definition<S> definition, SagaRecord saga) {
        Position<S> position;
        try {
            position = definition.restorer.restore(saga);
        } catch (RuntimeException misfit) {
            park(saga, "it cannot go on: " + misfit.getMessage());
            return;
        }
        new SagaRun<>(host, definition, saga, position).resume();
    }

    /** What cannot even be read is parked as it is. */
    private void park(SagaRecord saga, String reason) {
        String why = Objects.requireNonNull(Position.cut(reason));
        LOG.warn("saga {} is parked: {}", saga.key(), why);
        SagaWrite write = new SagaWrite(
                saga.key(),
                saga.epoch(),
                saga.rev(),
                SagaStatus.PARKED,
                saga.state(),
                saga.progress(),
                saga.step(),
                why,
                null,
                List.of(),
                List.of(new SagaWrite.Entry(saga.step(), "parked", 0, why)));
        host.counters.writes.increment();
        host.store.write(write).whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.error("saga {} could not be parked", saga.key(), failure);
            } else if (answer != SagaStore.Written.FENCED) {
                host.counters.parked.increment();
                host.publish(SagaEvent.Parked.class, () -> new SagaEvent.Parked(saga.key(), why));
            }
        });
    }

    private void left(SagaRun<?> run, Duration dueIn) {
        if (host.isClosing()) {
            LockSupport.unpark(closer);
        } else {
            claimer.left(dueIn);
        }
    }

    /**
     * A saga that was started before.
     *
     * @param saga a definition that is registered with this engine
     * @param id of the saga, which need not exist
     * @param <S> its state
     * @return to look at it and to wait for it
     */
    public <S> SagaHandle<S> handle(Saga<S> saga, SagaId id) {
        return new SagaHandle<>(host, definitionOf(saga), new SagaKey(saga.name(), id));
    }

    /**
     * Stores a signal for a saga, which gets it when it waits for it, also if it does so later. Each stored signal is used once.
     *
     * @param key which saga
     * @param name as in the definition's {@code await}
     * @param payload of a type registered with this engine
     * @return what became of it
     */
    public SignalResult signal(SagaKey key, String name, Object payload) {
        return host.store.signal(key, Names.checked("signal", name), host.payloads.encode(payload, List.of()));
    }

    /**
     * Wants a saga undone. It is compensated once its running step has ended, unless its pivot is done or may have had effect.
     *
     * @param key which saga
     * @param reason why, for its history
     * @return what became of the wish
     */
    public CancelResult cancel(SagaKey key, String reason) {
        return host.store.cancel(key, Objects.requireNonNull(Position.cut(reason)));
    }

    /**
     * Adds a listener. It runs on the engine's threads, after what it is told about.
     *
     * @param type which events it wants, subtypes included
     * @param listener told each of them
     * @param <E> the type
     * @return removes the listener when closed
     */
    public <E extends SagaEvent> Subscription subscribe(Class<E> type, Consumer<? super E> listener) {
        EventPublisher<SagaEvent> events = host.events;
        return events.subscribe(type, listener);
    }

    /**
     * What this engine has done.
     *
     * @return numbers as they are now
     */
    public SagaEngineSnapshot snapshot() {
        return host.counters.snapshot(host.active());
    }

    /**
     * How many sagas there are, of all engines on the store.
     *
     * @return asked of the store
     */
    public SagaCounts counts() {
        return host.store.counts();
    }

    /**
     * What operators may do. It changes sagas whatever they are at: hand it out only to those who may.
     *
     * @return for all sagas of the definitions of this engine
     */
    public SagaAdmin admin() {
        return new SagaAdmin(host, definitions);
    }

    /**
     * Compares a definition that is about to be deployed with the sagas that have not ended.
     *
     * @param next the new definition, which need not be registered
     * @return what is wrong with it; empty if all sagas can go on. Of each version at most 1,000 sagas are looked at, the oldest
     */
    public List<SagaFinding> check(Saga<?> next) {
        return new SagaCheck(host.store, definitions.keySet()).findings(next);
    }

    /**
     * Ends the engine: takes on nothing more, lets running attempts end within the time set, hands back what is not done, and
     * leaves the other nodes. Attempts that are still running then are interrupted; other nodes take them for in doubt.
     */
    @Override
    public void close() {
        if (host.isClosing()) {
            return;
        }
        closer = Thread.currentThread();
        host.closing();
        claimer.stop();
        try {
            host.runtime.sleep(closeNanos, () -> host.active() == 0);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        host.closed();
        host.store.close();
        if (ownThreads != null) {
            ownThreads.shutdown();
        }
    }

    @Override
    public String toString() {
        return "saga engine with " + definitions.keySet() + ", " + host.active() + " sagas active";
    }

    /** Settings of an engine; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private final SagaStore store;
        private final Map<SagaVersion, Saga<?>> sagas = new LinkedHashMap<>();
        private Payloads payloads = new Payloads.Encoded(PayloadTypes.basic());
        private ResilienceRuntime runtime = ResilienceRuntime.shared();
        private @Nullable Executor executor;
        private int concurrency = 256;
        private int recoveryLimit = 5;
        private Duration closeWithin = Duration.ofSeconds(10);
        private Supplier<@Nullable String> trace = () -> null;

        private Builder(SagaStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /**
         * Sets how states, branches' results and signals are stored.
         *
         * @param types must know all of them; bytes and text unless set
         * @return this builder
         */
        public Builder types(PayloadTypes types) {
            this.payloads = new Payloads.Encoded(Objects.requireNonNull(types, "types"));
            return this;
        }

        /**
         * Adds a definition. Several versions of one can be registered: sagas that were started with an old one go on with it.
         *
         * @param saga the definition
         * @return this builder
         * @throws IllegalArgumentException if its name and version are registered already
         */
        public Builder register(Saga<?> saga) {
            Require.check(sagas.put(saga.version(), saga) == null, "saga %s is registered twice", saga.version());
            return this;
        }

        /**
         * Sets whose clock, timer and randomness it uses.
         *
         * @param runtime the shared one unless set
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Sets the threads that the steps run on. They stay the caller's to shut down, after the engine.
         *
         * @param executor such as one of virtual threads; unless set, threads called {@code seawall-saga-n}, as many as sagas at
         *     once. Must not run tasks on the thread that hands them in
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Sets how many sagas it works on at once. Those that wait do not count.
         *
         * @param sagas from 1 to 100,000; 256 unless set
         * @return this builder
         */
        public Builder concurrency(int sagas) {
            this.concurrency = Require.between("concurrency", sagas, 1, 100_000);
            return this;
        }

        /**
         * Sets how often a saga is taken over from nodes that died at the same place; once more, and it is parked.
         *
         * @param times at least 1; 5 unless set
         * @return this builder
         */
        public Builder recoveryLimit(int times) {
            this.recoveryLimit = Require.atLeast("recoveryLimit", times, 1);
            return this;
        }

        /**
         * Sets how long closing waits for running attempts.
         *
         * @param time up to 1 h; 10 s unless set
         * @return this builder
         */
        public Builder closeWithin(Duration time) {
            Require.check(
                    Require.notNegative("closeWithin", time).compareTo(Duration.ofHours(1)) <= 0,
                    "closeWithin must be at most 1 h, was %s",
                    Durations.format(time));
            this.closeWithin = time;
            return this;
        }

        /**
         * Sets which trace a saga is started in.
         *
         * @param current asked on the starter's thread, for a W3C {@code traceparent} of version 00; what breaks the rules is ignored
         * @return this builder
         */
        public Builder traceParent(Supplier<@Nullable String> current) {
            this.trace = Objects.requireNonNull(current, "current");
            return this;
        }

        /**
         * Makes the engine; it begins when it is {@linkplain SagaEngine#start() started}.
         *
         * @return an engine that must be closed
         * @throws IllegalArgumentException if there is no definition, or one has local steps and the store no connections
         */
        public SagaEngine build() {
            Require.check(!sagas.isEmpty(), "a saga engine must have at least 1 definition, had none");
            return new SagaEngine(this);
        }

        private Map<SagaVersion, Definition<?>> definitions() {
            Map<SagaVersion, Definition<?>> all = new LinkedHashMap<>();
            sagas.forEach((version, saga) -> {
                Definition<?> definition = new Definition<>(saga, payloads, runtime.random());
                Require.check(
                        store.hasConnections() || !definition.isLocal(),
                        "saga %s has local steps, which the store cannot run: it has no connections",
                        version);
                all.put(version, definition);
            });
            return Map.copyOf(all);
        }
    }
}
