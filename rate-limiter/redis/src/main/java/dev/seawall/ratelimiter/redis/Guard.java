package dev.seawall.ratelimiter.redis;

import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreaker.State;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.circuitbreaker.Permit;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs scripts on Redis, gives up on those that take too long, and on Redis while it does not answer. */
final class Guard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisRateLimiters.class);

    private final Connector connector;
    private final CircuitBreaker breaker;
    private final Overdue overdue;
    private final long timeoutNanos;
    private final WhenDown whenDown;
    private final Subscription changes;
    private volatile @Nullable Throwable lastFailure;

    Guard(
            String name,
            Connector connector,
            CircuitBreakerConfig config,
            ResilienceRuntime runtime,
            long timeoutNanos,
            WhenDown whenDown) {
        this.connector = connector;
        this.breaker = CircuitBreaker.of(name, config, runtime);
        this.overdue = new Overdue(runtime, timeoutNanos);
        this.timeoutNanos = timeoutNanos;
        this.whenDown = whenDown;
        this.changes = breaker.on(StateChanged.class, this::tell);
    }

    private void tell(StateChanged change) {
        if (change.from() == State.CLOSED && change.to() == State.OPEN) {
            LOG.warn("'{}': Redis does not answer; limits are {} until it does", breaker.name(), whenDown, lastFailure);
        } else if (change.to() == State.CLOSED) {
            LOG.info("'{}': Redis answers again", breaker.name());
        }
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    /**
     * Runs a script.
     *
     * @param done told once what it answered or why it did not, on any thread, within the time limit
     * @return {@code false} if Redis is given up on at the moment; {@code done} then hears nothing
     */
    boolean run(
            Script script,
            String[] keys,
            String[] arguments,
            BiConsumer<@Nullable List<Object>, @Nullable Throwable> done) {
        Optional<Permit> permit = breaker.tryAcquire();
        if (permit.isEmpty()) {
            return false;
        }
        new Trip(permit.get(), script, keys, arguments, done).start();
        return true;
    }

    @Override
    public void close() {
        changes.close();
        connector.close();
    }

    /** One script on its way. */
    private final class Trip implements Overdue.Watched {

        private final AtomicBoolean ended = new AtomicBoolean();
        private final Permit permit;
        private final Script script;
        private final String[] keys;
        private final String[] arguments;
        private final BiConsumer<@Nullable List<Object>, @Nullable Throwable> done;
        private volatile @Nullable RedisFuture<List<Object>> command;

        Trip(
                Permit permit,
                Script script,
                String[] keys,
                String[] arguments,
                BiConsumer<@Nullable List<Object>, @Nullable Throwable> done) {
            this.permit = permit;
            this.script = script;
            this.keys = keys;
            this.arguments = arguments;
            this.done = done;
        }

        void start() {
            overdue.watch(this);
            CompletableFuture<RedisScriptingAsyncCommands<String, String>> connection = connector.commands();
            if (connection.isDone() && !connection.isCompletedExceptionally()) {
                send(connection.join());
            } else {
                Connector.whenThere(connection, (commands, failure) -> {
                    if (commands == null) {
                        end(null, failure);
                    } else {
                        send(commands);
                    }
                });
            }
        }

        private void send(RedisScriptingAsyncCommands<String, String> commands) {
            if (ended.get()) {
                return; // it took too long to connect
            }
            try {
                RedisFuture<List<Object>> sent =
                        commands.evalsha(script.sha(), ScriptOutputType.MULTI, keys, arguments);
                command = sent;
                Connector.whenThere(sent, (answer, failure) -> {
                    if (failure instanceof RedisNoScriptException) {
                        sendText(commands);
                    } else {
                        end(answer, failure);
                    }
                });
            } catch (RuntimeException refused) {
                end(null, refused);
            }
        }

        /** Redis was restarted or its scripts were flushed: tells it the script anew, which runs and keeps it. */
        private void sendText(RedisScriptingAsyncCommands<String, String> commands) {
            try {
                RedisFuture<List<Object>> sent = commands.eval(script.text(), ScriptOutputType.MULTI, keys, arguments);
                command = sent;
                Connector.whenThere(sent, this::end);
            } catch (RuntimeException refused) {
                end(null, refused);
            }
        }

        @Override
        public boolean isOver() {
            return ended.get();
        }

        @Override
        public void timeIsOver() {
            end(null, new TimeoutException("no answer within " + timeoutNanos / 1_000_000 + " ms"));
            RedisFuture<List<Object>> sent = command;
            if (sent != null) {
                sent.cancel(false); // one that waits for a connection is then not sent at all
            }
        }

        private void end(@Nullable List<Object> answer, @Nullable Throwable failure) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            if (failure == null) {
                permit.success();
            } else {
                lastFailure = failure;
                permit.failure();
            }
            done.accept(answer, failure);
        }
    }
}
