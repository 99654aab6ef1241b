package dev.seawall.retry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The failures of a call's attempts, to be suppressed on the one that is thrown.
 *
 * <p>The thrown one belongs to the user, may carry suppressed exceptions already, and may be thrown again and again. So it never
 * carries more than {@value #MOST}, none twice, and nothing that leads back to itself: printers of exceptions do not expect a
 * circle. Threads that share one exception object may together exceed the bound by one each.
 */
@SuppressWarnings("ReferenceEquality") // exceptions are told apart by identity, whatever their equals says
final class Failures {

    static final int MOST = 8;

    private static final int MOST_LOOKS = 100;

    private final List<Throwable> kept = new ArrayList<>(2);

    /** Keeps the first ones: they tell how it began. */
    void add(Throwable failure) {
        if (kept.size() < MOST && !contains(kept, failure)) {
            kept.add(failure);
        }
    }

    /** Suppresses what was kept. The closing one, if there is any, always finds room. */
    void suppressOn(Throwable thrown, @Nullable Throwable closing) {
        int most = closing == null ? MOST : MOST - 1;
        for (Throwable failure : kept) {
            if (failure != closing) {
                suppress(thrown, failure, most);
            }
        }
        if (closing != null) {
            suppress(thrown, closing, MOST);
        }
    }

    private static void suppress(Throwable thrown, Throwable failure, int most) {
        List<Throwable> present = Arrays.asList(thrown.getSuppressed());
        boolean shown = failure == thrown.getCause() || contains(present, failure);
        if (present.size() < most && !shown && !leadsTo(failure, thrown)) {
            thrown.addSuppressed(failure);
        }
    }

    private static boolean contains(List<Throwable> list, Throwable failure) {
        return list.stream().anyMatch(other -> other == failure);
    }

    /** Whether one exception is, or has among its causes and suppressed ones, another. A tangle too large to search counts. */
    private static boolean leadsTo(Throwable from, Throwable target) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>();
        open.add(from);
        while (!open.isEmpty() && seen.size() < MOST_LOOKS) {
            Throwable next = open.remove();
            if (next == target) {
                return true;
            }
            if (seen.add(next)) {
                open.addAll(Arrays.asList(next.getSuppressed()));
                Throwable cause = next.getCause();
                if (cause != null) {
                    open.add(cause);
                }
            }
        }
        return !open.isEmpty();
    }
}
