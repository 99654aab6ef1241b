package dev.seawall.saga;

/**
 * What an engine has done since it was made. Each number is read by itself.
 *
 * @param active how many sagas it works on now
 * @param started how many it has stored as new
 * @param claimed how many it has taken on from the store
 * @param recovered how many of these were left by a node that died
 * @param completed how many it has brought to that end
 * @param compensated how many it has brought to that end
 * @param parked how often it has parked one
 * @param fenced how often it has found that a saga belongs to another node
 * @param attempts how often it has run an action or a compensation
 * @param failures how many of these failed or timed out
 * @param writes how often it has written to the store, starts included
 */
public record SagaEngineSnapshot(
        int active,
        long started,
        long claimed,
        long recovered,
        long completed,
        long compensated,
        long parked,
        long fenced,
        long attempts,
        long failures,
        long writes) {}
