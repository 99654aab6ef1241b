package dev.seawall.test;

import dev.seawall.Pipeline;
import dev.seawall.Policy;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Assertions on what a pipeline is made of. What fails shows the actual order.
 *
 * {@snippet file="dev/seawall/test/ExamplesTest.java" region="assertions"}
 *
 * <p>Each method returns this object, so that calls can be chained. {@link #assertThat} can be imported statically along with
 * methods of the same name from an assertion library.
 */
public final class PipelineAssert {

    private final Pipeline actual;

    private PipelineAssert(Pipeline actual) {
        this.actual = actual;
    }

    /**
     * Begins assertions on a pipeline.
     *
     * @param actual the pipeline
     * @return assertions
     */
    public static PipelineAssert assertThat(Pipeline actual) {
        return new PipelineAssert(Objects.requireNonNull(actual, "actual"));
    }

    /**
     * The pipeline has these policies, no others, in this order.
     *
     * @param names names of policies, the outermost first
     * @return this
     * @throws AssertionError if it has others
     */
    public PipelineAssert hasPolicies(String... names) {
        List<String> expected = List.of(names);
        List<String> found = actual.policies().stream().map(Policy::name).toList();
        return check(
                found.equals(expected), "to have the policies " + expected + ", outermost first, but has " + found);
    }

    /**
     * The pipeline has a policy of a type.
     *
     * @param type the type, subtypes included
     * @return this
     * @throws AssertionError if it has none
     */
    public PipelineAssert contains(Class<? extends Policy> type) {
        return check(
                !places(type::isInstance).isEmpty(),
                "to contain a policy of type " + type.getSimpleName() + ", but has none");
    }

    /**
     * The pipeline has no policy of a type.
     *
     * @param type the type, subtypes included
     * @return this
     * @throws AssertionError if it has one
     */
    public PipelineAssert doesNotContain(Class<? extends Policy> type) {
        return check(
                places(type::isInstance).isEmpty(),
                "to contain no policy of type " + type.getSimpleName() + ", but has one");
    }

    /**
     * The pipeline has policies of both types, and every one of the first stands outside every one of the second.
     *
     * @param outer type of policies that see a call earlier, subtypes included
     * @param inner type of policies that see it later, subtypes included
     * @return this
     * @throws AssertionError if one is missing or the order is another
     */
    public PipelineAssert isOutside(Class<? extends Policy> outer, Class<? extends Policy> inner) {
        return isOutside(
                outer.getSimpleName(), places(outer::isInstance), inner.getSimpleName(), places(inner::isInstance));
    }

    /**
     * The pipeline has policies of both names, and every one of the first stands outside every one of the second.
     *
     * @param outer name of policies that see a call earlier
     * @param inner name of policies that see it later
     * @return this
     * @throws AssertionError if one is missing or the order is another
     */
    public PipelineAssert isOutside(String outer, String inner) {
        return isOutside(quoted(outer), places(named(outer)), quoted(inner), places(named(inner)));
    }

    private PipelineAssert isOutside(String outer, List<Integer> outerPlaces, String inner, List<Integer> innerPlaces) {
        String expectation = "to have " + outer + " outside " + inner + ", but ";
        check(!outerPlaces.isEmpty(), expectation + "has no " + outer);
        check(!innerPlaces.isEmpty(), expectation + "has no " + inner);
        boolean holds = outerPlaces.get(outerPlaces.size() - 1) < innerPlaces.get(0);
        return check(holds, expectation + "has them in another order");
    }

    private static Predicate<Policy> named(String name) {
        return policy -> policy.name().equals(name);
    }

    private static String quoted(String name) {
        return "'" + name + "'";
    }

    /**
     * {@linkplain Pipeline#findings() Nothing strikes} in the order of the policies.
     *
     * @return this
     * @throws AssertionError if something does
     */
    public PipelineAssert hasNoFindings() {
        return check(actual.findings().isEmpty(), "to have no findings, but has" + findings());
    }

    /**
     * Something is {@linkplain Pipeline#findings() doubtful} in the order of the policies.
     *
     * @param part what its sentence contains
     * @return this
     * @throws AssertionError if there is no such finding
     */
    public PipelineAssert hasFinding(String part) {
        boolean found = actual.findings().stream().anyMatch(finding -> finding.contains(part));
        return check(found, "to have a finding that contains '" + part + "', but has" + findings());
    }

    private String findings() {
        List<String> findings = actual.findings();
        return findings.isEmpty()
                ? " none"
                : findings.stream().map(finding -> "\n  - " + finding).collect(Collectors.joining());
    }

    private List<Integer> places(Predicate<Policy> wanted) {
        List<Policy> policies = actual.policies();
        return IntStream.range(0, policies.size())
                .filter(place -> wanted.test(policies.get(place)))
                .boxed()
                .toList();
    }

    private PipelineAssert check(boolean holds, String expectation) {
        if (!holds) {
            throw new AssertionError(
                    "expected pipeline '" + actual.name() + "' " + expectation + "\nactual order: " + actual);
        }
        return this;
    }
}
