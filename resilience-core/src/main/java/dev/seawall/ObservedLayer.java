package dev.seawall;

import dev.seawall.CallObserver.Observation;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports to an observer: around the whole pipeline the calls, around the innermost layer the attempts. */
final class ObservedLayer extends Layer {

    private static final Logger LOG = LoggerFactory.getLogger(CallObserver.class);

    /** Which of an observer's two methods is told. */
    enum Level {
        CALL,
        ATTEMPT
    }

    private final CallObserver observer;
    private final Level level;

    ObservedLayer(Layer next, Scope scope, CallObserver observer, Level level) {
        super(next, scope);
        this.observer = observer;
        this.level = level;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        Observation observation = started(subject);
        T result;
        try {
            result = next.call(call, subject, now, deadline);
        } catch (Throwable failure) {
            ended(observation, null, failure);
            throw failure;
        }
        ended(observation, result, null);
        return result;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        Observation observation = started(subject);
        return next.<S, T>callAsync(call, subject, now, deadline, (result, failure) -> {
            ended(observation, result, failure);
            done.end(result, failure);
        });
    }

    private Observation started(@Nullable Object subject) {
        try {
            return level == Level.CALL
                    ? observer.callStarted(scope.pipeline(), subject)
                    : observer.attemptStarted(scope.pipeline(), subject);
        } catch (Throwable broken) {
            LOG.warn("the observer of pipeline '{}' threw", scope.pipeline(), broken);
            return Observation.NONE;
        }
    }

    private void ended(Observation observation, @Nullable Object result, @Nullable Throwable failure) {
        try {
            observation.ended(result, failure);
        } catch (Throwable broken) {
            LOG.warn("the observer of pipeline '{}' threw", scope.pipeline(), broken);
        }
    }
}
