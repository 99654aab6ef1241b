package dev.seawall.benchmarks.killrun;

import dev.seawall.benchmarks.killrun.SagaStory.Deed;
import dev.seawall.saga.SagaStatus;
import java.util.List;

/**
 * How often what happened.
 *
 * @param takeovers how often a saga changed hands after its first owner, waits and hand-backs included
 * @param again calls that came again and did nothing
 * @param barred calls that came after their compensation
 * @param idle compensations of what had had no effect
 */
record SagaTally(
        long completed,
        long compensated,
        long parked,
        long effects,
        long takeovers,
        long again,
        long barred,
        long idle) {

    static SagaTally of(List<SagaStory> stories) {
        return new SagaTally(
                ends(stories, SagaStatus.COMPLETED),
                ends(stories, SagaStatus.COMPENSATED),
                ends(stories, SagaStatus.PARKED),
                stories.stream().mapToLong(story -> story.changes().size()).sum(),
                stories.stream().mapToLong(SagaTally::takeovers).sum(),
                deeds(stories, Deed.AGAIN),
                deeds(stories, Deed.BARRED),
                deeds(stories, Deed.VOID));
    }

    private static long ends(List<SagaStory> stories, SagaStatus status) {
        return stories.stream().filter(story -> story.status() == status).count();
    }

    private static long deeds(List<SagaStory> stories, Deed deed) {
        return stories.stream()
                .flatMap(story -> story.effects().stream())
                .filter(effect -> effect.deed() == deed)
                .count();
    }

    private static long takeovers(SagaStory story) {
        return story.lines().stream()
                .mapToLong(line -> Math.max(0, line.epoch() - 1))
                .max()
                .orElse(0);
    }

    long ended() {
        return completed + compensated + parked;
    }
}
