package dev.seawall.idempotency;

import java.time.Duration;

/**
 * What can be seen at one moment, counted since the object was made. The numbers are read one after another, so they may be apart
 * by calls that come or go meanwhile.
 *
 * @param name the name
 * @param executed how many calls ran the work and had their result stored
 * @param replayed how many were answered from the store
 * @param inProgress how many found the request being worked on
 * @param mismatched how many came with a key of another request
 * @param takenOver how many took over a claim that had lapsed
 * @param claimsLost how many lost their claim while they worked
 * @param storeFailures how many calls of the store failed
 * @param storeCalls how many calls of the store were made
 * @param storeTime how long all of them took together
 */
public record IdempotencySnapshot(
        String name,
        long executed,
        long replayed,
        long inProgress,
        long mismatched,
        long takenOver,
        long claimsLost,
        long storeFailures,
        long storeCalls,
        Duration storeTime) {}
