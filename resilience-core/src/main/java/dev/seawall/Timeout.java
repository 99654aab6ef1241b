package dev.seawall;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ends the answer when it does not come in time.
 *
 * <p>The limit counts from the moment the call reaches this policy. Outside a retry it bounds all attempts and the waits
 * between them; inside, each attempt. The deadline that follows from it travels to the policies inside, so a retry does not
 * begin a wait it cannot finish, and an inner limit never outlasts an outer one. A call whose deadline has already passed is
 * not started: {@link DeadlineExpiredException}.
 *
 * <p><b>Synchronous calls</b> run on their caller's thread, which is interrupted when the time is over. The answer is then a
 * {@link CallTimedOutException}, whatever the call returns or throws afterwards, unless that is an {@code Error}, and the
 * interrupt is cleared. A call that ignores interrupts keeps its thread until it ends. <b>Asynchronous calls</b> are answered
 * at once, on the runtime's executor, and the stage they returned is cancelled; a stage that is shared with others should be
 * copied before it is returned. When the runtime is closed, both end in the same way, but with a
 * {@link java.util.concurrent.CancellationException}.
 *
 * <p><b>Threads:</b> immutable, safe for any number of threads. A synchronous call allocates nothing while no more than about
 * 200 of them run at once.
 *
 * <p><b>Time:</b> the runtime's monotonic clock. An interrupt from elsewhere that the call has not reacted to when the time
 * is over cannot be told apart and is cleared too.
 */
public sealed interface Timeout extends Policy permits DefaultTimeout {

    /**
     * A time limit named {@code timeout}.
     *
     * @param limit how long a call may take, longer than 0 s
     * @return a new policy
     */
    static Timeout of(Duration limit) {
        return of("timeout", limit);
    }

    /**
     * A time limit.
     *
     * @param name appears in exceptions
     * @param limit how long a call may take, longer than 0 s
     * @return a new policy
     */
    static Timeout of(String name, Duration limit) {
        return new DefaultTimeout(Require.name(name), Require.positive("limit", limit), null);
    }

    /**
     * The same policy with a limit that depends on the call's subject.
     *
     * @param type which subjects the function knows, subtypes included; calls about others get {@link #limit()}
     * @param function the limit for a subject. Where it returns {@code null}, zero or less, or throws, {@link #limit()} holds
     * @param <S> type of the subject
     * @return a new policy
     */
    <S> Timeout withLimit(Class<S> type, Function<? super S, ? extends @Nullable Duration> function);

    /**
     * How long a call may take if its subject does not say otherwise.
     *
     * @return the limit
     */
    Duration limit();
}
