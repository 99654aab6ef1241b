package dev.seawall.saga;

import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One step of a definition. */
sealed interface Step<S> {

    String name();

    /** Something is done: by one task, or by several at once. */
    record Work<S>(
            String name, List<Task<S>> tasks, @Nullable Predicate<? super S> when, boolean isPivot, boolean isParallel)
            implements Step<S> {

        public Work {
            tasks = List.copyOf(tasks);
        }
    }

    /** A signal is waited for. */
    record Await<S>(String name, Class<?> type, Duration limit, BiFunction<S, Object, S> fold, OnTimeout onTimeout)
            implements Step<S> {}

    /** Some time is waited for. */
    record Sleep<S>(String name, Function<? super S, Duration> duration, String text) implements Step<S> {}

    /** Under which names it stands in a saga's progress. */
    default List<String> markNames() {
        return this instanceof Work<S> work
                ? work.tasks().stream().map(Task::name).toList()
                : List.of(name());
    }
}
