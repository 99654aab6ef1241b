package dev.seawall.ratelimiter.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where commands go: a connection of the user's, or one of our own, made anew for the next command while that fails. */
abstract class Connector implements AutoCloseable {

    /** Ends with commands, or fails. Does not wait. */
    abstract CompletableFuture<RedisScriptingAsyncCommands<String, String>> commands();

    /** Begins to connect, so that the first call need not. If that fails, calls try again. */
    final void begin() {
        whenThere(commands(), (commands, failure) -> {});
    }

    @Override
    public abstract void close();

    /** Lends the user's connection, which stays theirs. */
    static Connector to(RedisScriptingAsyncCommands<String, String> commands) {
        CompletableFuture<RedisScriptingAsyncCommands<String, String>> there =
                CompletableFuture.completedFuture(commands);
        return new Connector() {
            @Override
            CompletableFuture<RedisScriptingAsyncCommands<String, String>> commands() {
                return there;
            }

            @Override
            public void close() {}
        };
    }

    /** Makes a connection of its own. */
    static <C extends StatefulConnection<String, String>> Connector of(
            Supplier<? extends CompletionStage<C>> connect,
            Function<C, RedisScriptingAsyncCommands<String, String>> commands) {
        return new Own<>(connect, commands);
    }

    static <T> void whenThere(CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> task) {
        stage.whenComplete(task);
    }

    private static final class Own<C extends StatefulConnection<String, String>> extends Connector {

        private final Supplier<? extends CompletionStage<C>> connect;
        private final Function<C, RedisScriptingAsyncCommands<String, String>> toCommands;
        private final AtomicReference<@Nullable CompletableFuture<RedisScriptingAsyncCommands<String, String>>>
                current = new AtomicReference<>();
        private volatile @Nullable C connection;
        private volatile boolean closed;

        Own(
                Supplier<? extends CompletionStage<C>> connect,
                Function<C, RedisScriptingAsyncCommands<String, String>> toCommands) {
            this.connect = connect;
            this.toCommands = toCommands;
        }

        @Override
        CompletableFuture<RedisScriptingAsyncCommands<String, String>> commands() {
            CompletableFuture<RedisScriptingAsyncCommands<String, String>> known = current.get();
            if (known != null && !known.isCompletedExceptionally()) {
                return known;
            }
            CompletableFuture<RedisScriptingAsyncCommands<String, String>> next = new CompletableFuture<>();
            if (!current.compareAndSet(known, next)) {
                return commands();
            }
            if (closed) {
                next.completeExceptionally(new IllegalStateException("the limiters were closed"));
            } else {
                connect(next);
            }
            return next;
        }

        private void connect(CompletableFuture<RedisScriptingAsyncCommands<String, String>> next) {
            try {
                whenThere(connect.get(), (made, failure) -> {
                    if (made == null) {
                        next.completeExceptionally(failure == null ? new IllegalStateException("none") : failure);
                        return;
                    }
                    connection = made;
                    if (closed) {
                        closeConnection();
                    }
                    next.complete(toCommands.apply(made));
                });
            } catch (RuntimeException refused) {
                next.completeExceptionally(refused);
            }
        }

        private void closeConnection() {
            C made = connection;
            if (made != null) {
                whenThere(made.closeAsync(), (nothing, failure) -> {});
            }
        }

        @Override
        public void close() {
            closed = true;
            closeConnection();
        }
    }
}
