package dev.seawall.idempotency.suite;

import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a store that does one thing after another knows about a key.
 *
 * @param content of the request; {@code null} if there is no record
 * @param token who holds or completed it; {@code null} if it was released
 * @param answer {@code null} if it is not completed
 * @param points names of saved results
 */
record Model(
        @Nullable Integer content,
        @Nullable Integer token,
        @Nullable String answer,
        SortedSet<String> points) {

    static final Model EMPTY = new Model(null, null, null, new TreeSet<>());

    /** An answer, and what is known then. */
    record Step(String answer, Model after) {}

    Step apply(Operation operation) {
        return switch (operation.kind()) {
            case CLAIM -> claim(operation);
            case EXTEND -> new Step(String.valueOf(isHolder(operation)), this);
            case SAVE -> new Step(String.valueOf(isHolder(operation)), isHolder(operation) ? saved(operation) : this);
            case COMPLETE -> complete(operation);
            case RELEASE -> new Step(String.valueOf(isHolder(operation)), isHolder(operation) ? released() : this);
        };
    }

    private boolean isHolder(Operation operation) {
        return answer == null && token != null && token == operation.token();
    }

    private Step claim(Operation operation) {
        if (content != null && content != operation.content()) {
            return new Step("mismatched", this);
        }
        if (answer != null) {
            return new Step("completed " + answer, this);
        }
        if (token != null && token != operation.token()) {
            return new Step("held", this);
        }
        return new Step("granted " + points, new Model(operation.content(), operation.token(), null, points));
    }

    private Step complete(Operation operation) {
        if (isHolder(operation)) {
            return new Step("true", new Model(content, token, operation.answer(), new TreeSet<>()));
        }
        return new Step(String.valueOf(token != null && token == operation.token()), this);
    }

    private Model saved(Operation operation) {
        SortedSet<String> more = new TreeSet<>(points);
        more.add("point-" + operation.content());
        return new Model(content, token, null, more);
    }

    private Model released() {
        return points.isEmpty() ? EMPTY : new Model(content, null, null, points);
    }
}
