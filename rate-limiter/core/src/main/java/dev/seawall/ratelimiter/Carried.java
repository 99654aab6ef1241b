package dev.seawall.ratelimiter;

import java.util.List;

/**
 * What the permits used under one configuration mean for the next.
 *
 * @param at when the last of them is due
 * @param ahead whether that is still to come
 * @param used how many were in use then, by limit
 */
record Carried(long at, boolean ahead, List<Used> used) {

    record Used(Limit limit, long permits) {}

    /**
     * What a new limit begins with: what the one with the same period had used, else, if there are as many limits as before,
     * the one at the same place.
     */
    long usedOf(Limit limit, int place, int limits) {
        for (Used one : used) {
            if (one.limit().period().equals(limit.period())) {
                return one.permits();
            }
        }
        return limits == used.size() ? used.get(place).permits() : 0;
    }
}
