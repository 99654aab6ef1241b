package dev.seawall.benchmarks.killrun;

import dev.seawall.benchmarks.killrun.KeyEvent.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a run.
 *
 * @param done what was done to it, by name
 * @param keys how many keys were asked for
 * @param told how often what happened
 * @param completed keys without an answer when the callers were gone, which were completed then
 * @param longestWaitNanos until the last of them was
 * @param worstResumeNanos the longest time until a call was answered after the killed database accepted connections again
 */
record IdempotencyOutcome(
        IdempotencyPlan plan,
        Map<String, Long> done,
        long keys,
        Map<Kind, Long> told,
        long completed,
        List<String> problems,
        long longestWaitNanos,
        long worstResumeNanos,
        double seconds)
        implements KillRun.Result {

    private static final double NANOS = 1e9;
    private static final long NANOS_IN_MILLI = 1_000_000;

    @Override
    public String summary() {
        return String.format(
                Locale.ROOT,
                """
                %.0f s, seed %d, %d processes of %d callers%s
                %s
                %,d keys; %,d works let in, %,d calls executed, %,d replayed, %,d mismatches refused, %,d taken over
                %,d phases run, %,d saved
                %d keys had no answer when all callers were killed; the last one had it %.1f s later
                after a crash of the database at most %.1f s without an answer
                """,
                seconds,
                plan.seed(),
                plan.nodes(),
                IdempotencyPlan.CALLERS,
                plan.defect() == Defect.NONE ? "" : ", with the defect " + plan.defect(),
                done,
                keys,
                told(Kind.ENTERED),
                told(Kind.EXECUTED),
                told(Kind.REPLAYED),
                told(Kind.MISMATCHED),
                told(Kind.LOST),
                told(Kind.RAN),
                told(Kind.SAVED),
                completed,
                longestWaitNanos / NANOS,
                worstResumeNanos / NANOS);
    }

    private long told(Kind kind) {
        return told.getOrDefault(kind, 0L);
    }

    @Override
    public Map<String, Object> facts(String commit) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", "idempotency");
        facts.put("commit", commit);
        facts.put("seed", plan.seed());
        facts.put("nodes", plan.nodes());
        facts.put("seconds", Math.round(seconds));
        facts.putAll(done);
        facts.put("keys", keys);
        facts.put("entered", told(Kind.ENTERED));
        facts.put("executed", told(Kind.EXECUTED));
        facts.put("replayed", told(Kind.REPLAYED));
        facts.put("mismatched", told(Kind.MISMATCHED));
        facts.put("claimsLost", told(Kind.LOST));
        facts.put("completedAtTheEnd", completed);
        facts.put("worstResumeMillis", worstResumeNanos / NANOS_IN_MILLI);
        facts.put("violations", problems.size());
        return facts;
    }
}
