package dev.seawall.bulkhead;

import dev.seawall.Require;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which of a bulkhead's permits are guaranteed to whom. Immutable; a value out of range cannot exist.
 *
 * <p>A partition's share is a part of the limit in force, rounded down, but at least one permit. What is idle of it may be used by
 * others, so no permit stands idle while anybody wants it. In exchange a call that its partition's share has room for goes before
 * all that are beyond theirs: it gets the next permit that comes back, and in a full queue the place of one of them. So a share
 * that others use comes back as fast as their calls end.
 *
 * <p>That needs a queue: where nobody waits, nobody can go first. A call that finds all permits in use and may not wait is
 * rejected, whatever its share.
 *
 * @param by the partition of a call, by its subject. Calls without one, because it answers {@code null} or a name that has no
 *     share, or throws, have no share and use what is left; so do permits that were asked for by hand
 * @param shares the share of each partition in percent, from 1 to 100, together at most 100; from 1 to {@value #MOST} of them
 */
public record Partitions(Function<@Nullable Object, @Nullable String> by, Map<String, Integer> shares) {

    /** How many partitions there can be. */
    public static final int MOST = 100;

    private static final int WHOLE = 100;

    /** Checks every value. */
    public Partitions {
        Objects.requireNonNull(by, "by");
        shares = Map.copyOf(shares);
        Require.between("number of partitions", shares.size(), 1, MOST);
        shares.forEach((name, share) -> {
            Require.name(name);
            Require.between("share of '" + name + "' in percent", share, 1, WHOLE);
        });
        Require.between(
                "sum of shares in percent",
                shares.values().stream().mapToInt(Integer::intValue).sum(),
                1,
                WHOLE);
    }

    /** How many permits of a limit so many percent are. */
    static int permits(int percent, int limit) {
        return percent == 0 ? 0 : (int) Math.max(1, (long) limit * percent / WHOLE);
    }
}
