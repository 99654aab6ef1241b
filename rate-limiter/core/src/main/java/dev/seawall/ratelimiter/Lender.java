package dev.seawall.ratelimiter;

import dev.seawall.ResilienceRuntime;
import dev.seawall.Scope;
import org.jspecify.annotations.Nullable;

/** Whom the permits of a {@link Reservation} are from. */
interface Lender {

    String name();

    ResilienceRuntime runtime();

    /** Waits on the calling thread until permits are due. */
    void await(Reservation turn, @Nullable Scope scope, ResilienceRuntime clock, long now);

    /** Takes permits back that nobody used. To be called once for each piece. */
    void giveBack(Piece piece, long permits);
}
