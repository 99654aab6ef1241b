package dev.seawall;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A policy's place in one pipeline. The call comes in as an argument and is passed on to {@link #next}; a layer keeps no
 * state of single calls, so one call through a whole pipeline allocates nothing.
 *
 * <p><b>Time:</b> {@code now} is the last reading of the {@linkplain Scope#now() pipeline's clock} that an outer layer made,
 * or {@link #UNREAD}. A layer that needs no time passes it on untouched; one that reads the clock passes on its reading; one
 * that waited or runs the rest a second time passes a fresh reading or {@link #UNREAD}. {@code deadline} is a point on the
 * same clock, or {@link #NO_DEADLINE}; a layer may only shorten it.
 *
 * <p><b>What an implementation owes:</b> whatever it takes for an admitted call (a permit, a slot) it gives back exactly
 * once, in the state it took it from, however the call ends: result, exception, {@code Error}, cancellation. In
 * {@link #callAsync} it neither throws nor blocks, and ends in {@code done} exactly once.
 */
public abstract class Layer {

    /** Stands for "no outer layer has read the clock yet". */
    public static final long UNREAD = 0;

    /** Stands for "this call may take as long as it likes". */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** The rest of the pipeline. */
    protected final Layer next;

    /** What the pipeline lends its layers. */
    protected final Scope scope;

    /**
     * Puts a layer around another.
     *
     * @param next the rest of the pipeline
     * @param scope what the pipeline lends its layers
     */
    protected Layer(Layer next, Scope scope) {
        this.next = next;
        this.scope = scope;
    }

    /** The innermost layer has no next; it runs the user's call. */
    Layer(Scope scope) {
        this.next = this;
        this.scope = scope;
    }

    /**
     * Runs a call on the caller's thread.
     *
     * @param call the user's call
     * @param subject what it is about
     * @param now the last clock reading, or {@link #UNREAD}
     * @param deadline when the answer is due, or {@link #NO_DEADLINE}
     * @param <S> type of the subject
     * @param <T> type of the result
     * @param <X> what the call may throw
     * @return the result
     * @throws X if the call throws it
     */
    public abstract <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X;

    /**
     * Starts an asynchronous call.
     *
     * @param call the user's call, which starts the work and returns its stage
     * @param subject what it is about
     * @param now the last clock reading, or {@link #UNREAD}
     * @param deadline when the answer is due, or {@link #NO_DEADLINE}
     * @param done told the end, exactly once, perhaps before this method returns
     * @param <S> type of the subject
     * @param <T> type of the result
     * @return cancels what was started here and below, nothing above
     */
    public abstract <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done);
}
