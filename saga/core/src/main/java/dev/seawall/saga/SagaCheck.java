package dev.seawall.saga;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares a new definition with the sagas that have not ended. */
final class SagaCheck {

    private static final Set<SagaStatus> NOT_ENDED =
            Set.of(SagaStatus.RUNNING, SagaStatus.PAST_PIVOT, SagaStatus.COMPENSATING, SagaStatus.PARKED);
    private static final int MOST = 1_000;

    private final SagaStore store;
    private final Set<SagaVersion> known;

    SagaCheck(SagaStore store, Set<SagaVersion> known) {
        this.store = store;
        this.known = known;
    }

    List<SagaFinding> findings(Saga<?> next) {
        Map<SagaVersion, Long> inUse = new LinkedHashMap<>();
        for (SagaStore.InUse use : store.inUse()) {
            if (use.version().definition().equals(next.name())) {
                inUse.merge(use.version(), use.sagas(), Long::sum);
            }
        }
        List<SagaFinding> findings = new ArrayList<>();
        inUse.forEach((version, sagas) -> {
            if (version.equals(next.version())) {
                findings.addAll(misfits(next));
            } else if (!known.contains(version)) {
                findings.add(new SagaFinding(
                        version,
                        null,
                        sagas,
                        "sagas of this version run, and this engine does not know it: register it"));
            }
        });
        return findings;
    }

    private <S> List<SagaFinding> misfits(Saga<S> next) {
        Restorer<S> restorer = new Restorer<>(next, new HeldPayloads());
        Map<SagaFinding, Long> problems = new LinkedHashMap<>();
        for (SagaRecord saga : store.find(new SagaQuery(next.name(), NOT_ENDED, Duration.ZERO, null, MOST))) {
            if (saga.version() == next.version().version()) {
                problem(restorer, next, saga).ifPresent(found -> problems.merge(found, 1L, Long::sum));
            }
        }
        List<SagaFinding> findings = new ArrayList<>();
        problems.forEach(
                (found, sagas) -> findings.add(new SagaFinding(found.version(), found.step(), sagas, found.problem())));
        return findings;
    }

    private static Optional<SagaFinding> problem(Restorer<?> restorer, Saga<?> next, SagaRecord saga) {
        Progress progress;
        try {
            progress = ProgressText.read(saga.progress());
        } catch (IllegalArgumentException unreadable) {
            return Optional.of(
                    new SagaFinding(next.version(), saga.step(), 0, String.valueOf(unreadable.getMessage())));
        }
        if (progress.fingerprint().equals(next.fingerprint())) {
            return Optional.empty();
        }
        String problem = restorer.misfit(progress)
                .map(why -> why + ": keep the names and the order, or take a new version")
                .orElse("started with another shape of this version; it can go on, but take a new version");
        return Optional.of(new SagaFinding(next.version(), saga.step(), 0, problem));
    }
}
