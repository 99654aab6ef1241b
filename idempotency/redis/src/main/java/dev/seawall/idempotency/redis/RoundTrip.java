package dev.seawall.idempotency.redis;

import dev.seawall.idempotency.IdempotencyStoreException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One script on its way, and back. */
final class RoundTrip {

    private final Script script;
    private final byte[][] key;
    private final byte[][] arguments;
    private volatile boolean over;
    private volatile @Nullable RedisFuture<List<Object>> sent;

    RoundTrip(Script script, byte[] key, byte[]... arguments) {
        this.script = script;
        this.key = new byte[][] {key};
        this.arguments = arguments;
    }

    /** Waits for the answer, whether or not the thread is interrupted: the wait is short, and its end would be unknown. */
    List<Object> run(Connector connector, long timeoutMillis) {
        CompletableFuture<List<Object>> answer = connector.commands().thenCompose(this::send);
        try {
            return answer.orTimeout(timeoutMillis, TimeUnit.MILLISECONDS).join();
        } catch (CompletionException failure) {
            throw failed(failure.getCause(), timeoutMillis);
        } finally {
            over = true;
            RedisFuture<List<Object>> left = sent;
            if (left != null) {
                left.cancel(false); // one that waits for a connection is then not sent at all
            }
        }
    }

    private static IdempotencyStoreException failed(@Nullable Throwable cause, long timeoutMillis) {
        if (cause instanceof TimeoutException) {
            return new IdempotencyStoreException("Redis gave no answer within " + timeoutMillis + " ms", cause);
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IdempotencyStoreException("Redis could not be asked for an idempotency record", cause);
    }

    private CompletableFuture<List<Object>> send(RedisScriptingAsyncCommands<byte[], byte[]> commands) {
        return track(commands.evalsha(script.sha(), ScriptOutputType.MULTI, key, arguments))
                .exceptionallyCompose(failure -> isUnknown(failure)
                        ? track(commands.eval(script.text(), ScriptOutputType.MULTI, key, arguments))
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<List<Object>> track(RedisFuture<List<Object>> command) {
        sent = command;
        if (over) {
            command.cancel(false);
        }
        return command.toCompletableFuture();
    }

    /** Redis was restarted or its scripts were flushed: it is told the script anew, which runs and keeps it. */
    private static boolean isUnknown(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RedisNoScriptException;
    }

    /** For answers that are none of a script's. */
    static RedisException strange(String answer) {
        return new RedisException("a script answered " + answer);
    }
}
