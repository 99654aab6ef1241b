package dev.seawall.benchmarks.killrun;

import dev.seawall.test.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The shape of a definition: 3 to 7 places in a row.
 *
 * @param name of the definition
 * @param pivot which place is the pivot; the number of places if none is
 * @param hasDeadline whether the time up to the pivot is bounded, and so short that it is over now and then
 */
record SagaShape(String name, List<Place> places, int pivot, boolean hasDeadline) {

    static final int FEWEST_PLACES = 3;
    static final int MOST_PLACES = 7;

    /** What is done at a place. */
    enum Kind {
        /** A call of the participant. */
        REMOTE,
        /** A step on the database that keeps the sagas. */
        LOCAL,
        /** Two calls of the participant at once. */
        PARALLEL,
        /** A wait for a signal that is always sent, and for long enough. */
        SIGNAL,
        /** A wait for a signal that is sent late, or never. */
        HASTY_SIGNAL
    }

    /**
     * A place.
     *
     * @param tasks the names of what is done there: two branches, one step, or nothing for a wait
     */
    record Place(String name, Kind kind, List<String> tasks) {

        boolean waits() {
            return tasks.isEmpty();
        }
    }

    static List<SagaShape> all(long seed, int many) {
        SeededRandom random = new SeededRandom(seed);
        return IntStream.range(0, many)
                .mapToObj(number -> shape("shape-" + number, random))
                .toList();
    }

    private static SagaShape shape(String name, SeededRandom random) {
        int many = random.nextInt(FEWEST_PLACES, MOST_PLACES + 1);
        int pivot = random.chance(0.7) ? random.nextInt(1, many) : many;
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            places.add(place(i, i == pivot, random));
        }
        return new SagaShape(name, List.copyOf(places), pivot, random.chance(0.2));
    }

    private static Place place(int number, boolean isPivot, SeededRandom random) {
        String name = "s" + number;
        double chance = random.nextDouble();
        if (chance < 0.5) {
            return new Place(name, Kind.REMOTE, List.of(name));
        }
        if (chance < 0.75 || isPivot) {
            return new Place(name, Kind.LOCAL, List.of(name));
        }
        if (chance < 0.85) {
            return new Place(name, Kind.PARALLEL, List.of(name + "a", name + "b"));
        }
        return new Place(name, chance < 0.95 ? Kind.SIGNAL : Kind.HASTY_SIGNAL, List.of());
    }

    /** At which place a task is; -1 if at none. */
    int placeOf(String task) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).tasks().contains(task)) {
                return i;
            }
        }
        return -1;
    }

    boolean has(Kind kind, int before) {
        return places.subList(0, Math.min(before, places.size())).stream().anyMatch(place -> place.kind() == kind);
    }
}
