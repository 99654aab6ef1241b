package dev.seawall.jdbc;

import java.time.Duration;

/** What a node has done of its chores. */
public sealed interface HousekeepingEvent {

    /**
     * Which one.
     *
     * @return the chore's name
     */
    String chore();

    /**
     * A bit of a chore is done.
     *
     * @param chore its name
     * @param rows how many; 0 if nothing was left, and the chore rests until it is due again
     * @param took how long it took
     */
    record Done(String chore, int rows, Duration took) implements HousekeepingEvent {}

    /**
     * A chore has failed; the others go on.
     *
     * @param chore its name
     * @param nextIn how long until it is tried again
     * @param failure why
     */
    record Failed(String chore, Duration nextIn, Throwable failure) implements HousekeepingEvent {}
}
