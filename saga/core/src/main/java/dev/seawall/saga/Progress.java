package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which steps were begun, done and undone. Immutable.
 *
 * @param fingerprint of the definition that wrote it
 * @param trace the trace that the saga was started in
 * @param cause why it is compensated; {@code null} while it is not
 * @param until the age of the saga at which a wait ends; {@code null} without one
 * @param marks by name, in the order in which they were begun
 */
record Progress(
        String fingerprint,
        @Nullable String trace,
        @Nullable String cause,
        @Nullable Duration until,
        Map<String, Mark> marks) {

    static Progress start(String fingerprint, @Nullable String trace) {
        return new Progress(fingerprint, trace, null, null, Map.of());
    }

    @Nullable
    Mark mark(String name) {
        return marks.get(name);
    }

    /** What branches answered. */
    List<EncodedPayload> results() {
        return marks.values().stream()
                .map(Mark::result)
                .filter(Objects::nonNull)
                .toList();
    }

    boolean isCompensating() {
        return cause != null;
    }

    Progress with(Mark mark) {
        return with(List.of(mark));
    }

    Progress with(Collection<Mark> changed) {
        Map<String, Mark> next = new LinkedHashMap<>(marks);
        changed.forEach(mark -> next.put(mark.name(), mark));
        return new Progress(fingerprint, trace, cause, until, next);
    }

    Progress without(Collection<String> names) {
        Map<String, Mark> next = new LinkedHashMap<>(marks);
        names.forEach(next::remove);
        return new Progress(fingerprint, trace, cause, until, next);
    }

    /** All marks through a function. */
    Progress mapped(UnaryOperator<Mark> change) {
        List<Mark> changed = new ArrayList<>();
        marks.values().forEach(mark -> changed.add(change.apply(mark)));
        return with(changed);
    }

    Progress until(@Nullable Duration age) {
        return new Progress(fingerprint, trace, cause, age, marks);
    }

    Progress compensating(@Nullable String why) {
        return new Progress(fingerprint, trace, why, null, marks);
    }
}
