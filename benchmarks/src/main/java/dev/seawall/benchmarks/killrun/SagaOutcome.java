package dev.seawall.benchmarks.killrun;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a run of sagas.
 *
 * @param worstResumeNanos the longest time until a saga ended after the killed database accepted connections again
 * @param restSeconds how long it took after the last fault until all had ended
 */
record SagaOutcome(
        SagaPlan plan,
        long kills,
        long stops,
        long deaths,
        long databaseFaults,
        long participantFaults,
        long terminated,
        long crashes,
        SagaTally tally,
        List<String> problems,
        long worstResumeNanos,
        double restSeconds,
        double seconds)
        implements KillRun.Result {

    @Override
    public String summary() {
        return String.format(
                Locale.ROOT,
                """
                %.0f s, seed %d, %d nodes
                %d kills (-9), %d stops, %d processes that ended by themselves
                %d network faults to the database, %d to the participant, %d backends ended, %d crashes of the database
                %,d sagas: %,d completed, %,d compensated, %,d parked; %,d effects, %,d changes of owner
                %,d calls came again, %,d after their compensation, %,d compensations had nothing to undo
                after a crash of the database at most %.1f s until a saga ended; at rest %.1f s after the last fault
                """,
                seconds,
                plan.seed(),
                plan.nodes(),
                kills,
                stops,
                deaths,
                databaseFaults,
                participantFaults,
                terminated,
                crashes,
                tally.ended(),
                tally.completed(),
                tally.compensated(),
                tally.parked(),
                tally.effects(),
                tally.takeovers(),
                tally.again(),
                tally.barred(),
                tally.idle(),
                worstResumeNanos / 1e9,
                restSeconds);
    }

    @Override
    public Map<String, Object> facts(String commit) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", "saga");
        facts.put("commit", commit);
        facts.put("seed", plan.seed());
        facts.put("nodes", plan.nodes());
        facts.put("seconds", Math.round(seconds));
        facts.put("kills", kills);
        facts.put("stops", stops);
        facts.put("databaseFaults", databaseFaults);
        facts.put("participantFaults", participantFaults);
        facts.put("backendsEnded", terminated);
        facts.put("databaseCrashes", crashes);
        facts.put("completed", tally.completed());
        facts.put("compensated", tally.compensated());
        facts.put("parked", tally.parked());
        facts.put("effects", tally.effects());
        facts.put("changesOfOwner", tally.takeovers());
        facts.put("callsAgain", tally.again());
        facts.put("callsBarred", tally.barred());
        facts.put("worstResumeMillis", worstResumeNanos / 1_000_000);
        facts.put("restMillis", Math.round(restSeconds * 1_000));
        facts.put("violations", problems.size());
        return facts;
    }
}
