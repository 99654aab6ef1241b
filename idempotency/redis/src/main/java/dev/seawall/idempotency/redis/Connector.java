package dev.seawall.idempotency.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where commands go: a connection of the user's, or one of our own, made anew for the next command while that fails. */
interface Connector extends AutoCloseable {

    /** Ends with commands, or fails. Does not wait. */
    CompletableFuture<RedisScriptingAsyncCommands<byte[], byte[]>> commands();

    @Override
    void close();

    /** Lends the user's connection, which stays theirs. */
    static Connector to(RedisScriptingAsyncCommands<byte[], byte[]> commands) {
        return new Connector() {
            @Override
            public CompletableFuture<RedisScriptingAsyncCommands<byte[], byte[]>> commands() {
                return CompletableFuture.completedFuture(commands);
            }

            @Override
            public void close() {}
        };
    }

    /** Makes a connection of its own. */
    static <C extends StatefulConnection<byte[], byte[]>> Connector of(
            Supplier<? extends CompletionStage<C>> connect,
            Function<C, RedisScriptingAsyncCommands<byte[], byte[]>> commands) {
        return new Own<>(connect, commands);
    }

    /** A connection that is made when it is first needed, and again if that failed. Once made, the client keeps it up. */
    final class Own<C extends StatefulConnection<byte[], byte[]>> implements Connector {

        private final Supplier<? extends CompletionStage<C>> connect;
        private final Function<C, RedisScriptingAsyncCommands<byte[], byte[]>> toCommands;
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable CompletableFuture<C> connection; // guarded by lock
        private boolean closed; // guarded by lock

        private Own(
                Supplier<? extends CompletionStage<C>> connect,
                Function<C, RedisScriptingAsyncCommands<byte[], byte[]>> toCommands) {
            this.connect = connect;
            this.toCommands = toCommands;
        }

        @Override
        public CompletableFuture<RedisScriptingAsyncCommands<byte[], byte[]>> commands() {
            lock.lock();
            try {
                if (closed) {
                    return CompletableFuture.failedFuture(new IllegalStateException("the store was closed"));
                }
                CompletableFuture<C> known = connection;
                if (known == null || known.isCompletedExceptionally()) {
                    known = connect.get().toCompletableFuture();
                    connection = known;
                }
                return known.thenApply(toCommands);
            } finally {
                lock.unlock();
            }
        }

        /** Does not wait: it may be on a thread of the client. */
        private static <C extends StatefulConnection<?, ?>> void closeWhenThere(CompletionStage<C> connection) {
            connection.thenCompose(StatefulConnection::closeAsync);
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                if (connection != null) {
                    closeWhenThere(connection);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
