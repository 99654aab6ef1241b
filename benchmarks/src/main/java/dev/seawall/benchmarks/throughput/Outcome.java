package dev.seawall.benchmarks.throughput;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a contest ended. Contenders are compared round by round, because whatever else the machine did in a round it did to all.
 *
 * @param contest what was measured
 * @param figures what each contender did
 */
record Outcome(Contest contest, List<Figure> figures) {

    /** How many times as often ours did it: the median over all rounds. */
    double factor(Figure other) {
        List<Double> own = of(Contender.Role.OWN).get(0).perSecond();
        return Figure.median(IntStream.range(0, own.size())
                .mapToObj(round -> own.get(round) / other.perSecond().get(round))
                .toList());
    }

    /** The peer that does best beside ours. */
    Figure bestPeer() {
        return of(Contender.Role.PEER).stream()
                .min(Comparator.comparingDouble(this::factor))
                .orElseThrow();
    }

    private List<Figure> of(Contender.Role role) {
        return figures.stream()
                .filter(figure -> figure.contender().role() == role)
                .toList();
    }

    boolean met() {
        return factor(bestPeer()) >= contest.factor();
    }
}
