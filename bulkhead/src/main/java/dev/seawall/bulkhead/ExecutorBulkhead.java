package dev.seawall.bulkhead;

import dev.seawall.Policy;
import dev.seawall.Subscription;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Bounds how many calls run at once, and runs them on other threads than their callers'.
 *
 * <p>For work that may hang and does not listen to interrupts: its caller can be given up on, the thread that does the work
 * cannot. A call takes permits as in a {@link Bulkhead}, waits for them in the same way, and is then handed to another thread
 * with the rest of the pipeline. A {@link dev.seawall.Timeout} outside ends the answer on time, whatever the call does. For
 * calls that listen to interrupts, a {@code Bulkhead} does the same at a fraction of the cost.
 *
 * <p><b>What it guarantees:</b> permits belong to the work, not to its caller. They come back when the thread has really done
 * with the call and the stage of an asynchronous call has ended, even if the caller has long gone. So calls that hang never
 * exceed the limit; when they hold all permits, later calls are rejected until one of them ends.
 *
 * <p><b>Synchronous calls:</b> the caller waits for the answer. Result, exception and {@code Error} arrive as they are, the
 * same object. If the caller is interrupted, a call that has not started never will, and a running one is interrupted; the
 * caller goes on at once with a {@link dev.seawall.CallInterruptedException}, its flag set. A caller that was interrupted
 * before is turned away in the same way. That interrupt never reaches what the other thread does next. When the runtime is
 * closed the call ends likewise, with a {@link java.util.concurrent.CancellationException}.
 *
 * <p><b>Asynchronous calls:</b> the code that returns the stage runs on the other thread, and is not interrupted when the call
 * is cancelled; the stage is cancelled.
 *
 * <p><b>Threads:</b> safe for any number of threads. Calls run on daemon threads of this bulkhead, named after it, as many as
 * there are permits in use, which end after 60 s without work; or on an executor that is given. That may reject a call, which
 * is then rejected with a {@link BulkheadFullException}; what else it throws reaches the caller; a call that it accepts it must
 * run. The caller's context goes along as {@link dev.seawall.ResilienceRuntime.Builder#context} says, and so does the deadline;
 * other thread-locals, such as the current attempt of a retry outside, do not.
 *
 * <p><b>Time:</b> as in a {@link Bulkhead}. In virtual time, give it an executor that runs what it is given on the calling
 * thread: time cannot know how long real threads take.
 */
public sealed interface ExecutorBulkhead extends Policy, AutoCloseable permits DefaultExecutorBulkhead {

    /**
     * An executor bulkhead with {@link BulkheadConfig#defaults()} and threads of its own.
     *
     * @param name appears in exceptions, events and names of threads
     * @return a new bulkhead, to be closed when it is no longer needed
     */
    static ExecutorBulkhead of(String name) {
        return of(name, BulkheadConfig.defaults());
    }

    /**
     * An executor bulkhead with threads of its own and another limit than the defaults.
     *
     * @param name appears in exceptions, events and names of threads
     * @param limit how many calls run at once, from 1 to 1,000,000
     * @return a new bulkhead, to be closed when it is no longer needed
     */
    static ExecutorBulkhead of(String name, int limit) {
        return of(name, BulkheadConfig.builder().limit(limit).build());
    }

    /**
     * An executor bulkhead with threads of its own.
     *
     * @param name appears in exceptions, events and names of threads
     * @param config how many calls run at once, and which may wait
     * @return a new bulkhead, to be closed when it is no longer needed
     */
    static ExecutorBulkhead of(String name, BulkheadConfig config) {
        return new DefaultExecutorBulkhead(name, config, null);
    }

    /**
     * An executor bulkhead on the threads of an executor, such as one with a new virtual thread for each task.
     *
     * @param name appears in exceptions and events
     * @param config how many calls run at once, and which may wait
     * @param executor runs the calls; stays the caller's to shut down. One with a small pool or a queue of its own makes calls
     *     that have permits wait a second time
     * @return a new bulkhead
     */
    static ExecutorBulkhead of(String name, BulkheadConfig config, Executor executor) {
        return new DefaultExecutorBulkhead(name, config, Objects.requireNonNull(executor, "executor"));
    }

    /**
     * The configuration in force.
     *
     * @return the current configuration
     */
    BulkheadConfig config();

    /**
     * Changes the configuration of a bulkhead at work, as {@link Bulkhead#configure} does.
     *
     * @param config for calls that come from now on
     */
    void configure(BulkheadConfig config);

    /**
     * What can be seen at this moment.
     *
     * @return a copy
     */
    BulkheadSnapshot snapshot();

    /**
     * Adds a listener, as {@link Bulkhead#on} does.
     *
     * @param type which events it wants; {@code BulkheadEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return removes the listener when closed
     */
    <E extends BulkheadEvent> Subscription on(Class<E> type, Consumer<? super E> listener);

    /**
     * Rejects calls that wait for permits and those that come from now on. Calls under way go on and are answered; threads of
     * its own end when they have done with them. Does not wait for that.
     */
    @Override
    void close();
}
