package dev.seawall.benchmarks.killrun;

import dev.seawall.test.HistoryReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a run.
 *
 * @param worstAgeMillis how old the oldest message was when it first arrived
 * @param worstResumeNanos the longest time until a message arrived after the killed database accepted connections again
 */
record Outcome(
        Plan plan,
        Disturbances disturbances,
        HistoryReport report,
        List<String> problems,
        long worstAgeMillis,
        long worstResumeNanos,
        double seconds)
        implements KillRun.Result {

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    @Override
    public String summary() {
        return String.format(
                Locale.ROOT,
                """
                %.0f s, seed %d, %d relays
                %d kills (-9), %d stops, %d processes that ended by themselves
                %d network faults to the database, %d to the broker, %d backends ended, %d crashes of the database
                %d confirmations never sent, %d messages refused
                %s
                oldest message at its first arrival: %.1f s; after a crash of the database at most %.1f s without an arrival
                """,
                seconds,
                plan.seed(),
                plan.relays(),
                disturbances.kills(),
                disturbances.stops(),
                disturbances.deaths(),
                disturbances.databaseFaults(),
                disturbances.brokerFaults(),
                disturbances.terminated(),
                disturbances.crashes(),
                disturbances.silences(),
                disturbances.refused(),
                report,
                worstAgeMillis / MILLIS,
                worstResumeNanos / NANOS);
    }

    @Override
    public Map<String, Object> facts(String commit) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", "outbox");
        facts.put("commit", commit);
        facts.put("seed", plan.seed());
        facts.put("relays", plan.relays());
        facts.put("seconds", Math.round(seconds));
        facts.put("kills", disturbances.kills());
        facts.put("stops", disturbances.stops());
        facts.put("databaseFaults", disturbances.databaseFaults());
        facts.put("brokerFaults", disturbances.brokerFaults());
        facts.put("backendsEnded", disturbances.terminated());
        facts.put("databaseCrashes", disturbances.crashes());
        facts.put("committed", report.committed());
        facts.put("rolledBack", report.rolledBack());
        facts.put("published", report.published());
        facts.put("duplicates", report.duplicates());
        facts.put("allowedDuplicates", report.allowedDuplicates());
        facts.put("applied", report.applied());
        facts.put("worstAgeMillis", worstAgeMillis);
        facts.put("worstResumeMillis", worstResumeNanos / 1_000_000);
        facts.put("violations", problems.size());
        return facts;
    }
}
