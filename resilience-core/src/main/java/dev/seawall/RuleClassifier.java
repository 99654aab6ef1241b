package dev.seawall;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks rules in order; what none of them knows is a success if it is a result, a failure if it is an exception. */
record RuleClassifier(
        List<Function<@Nullable Object, @Nullable Outcome>> results,
        List<Function<Throwable, @Nullable Outcome>> failures)
        implements Classifier {

    static final Classifier DEFAULTS = new RuleClassifier(List.of(), List.of());

    @Override
    public Outcome result(@Nullable Object result) {
        for (Function<@Nullable Object, @Nullable Outcome> rule : results) {
            Outcome outcome = rule.apply(result);
            if (outcome != null) {
                return outcome;
            }
        }
        return Outcome.SUCCESS;
    }

    @Override
    public Outcome failure(Throwable failure) {
        for (Function<Throwable, @Nullable Outcome> rule : failures) {
            Outcome outcome = rule.apply(failure);
            if (outcome != null) {
                return outcome;
            }
        }
        return Outcome.FAILURE;
    }

    @Override
    public String toString() {
        return equals(DEFAULTS) ? "defaults" : (results.size() + failures.size()) + " rules";
    }
}
