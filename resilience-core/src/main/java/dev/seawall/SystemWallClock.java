package dev.seawall;

import java.time.InstantSource;

/** The one place that reads the machine's wall clock, for calendar dates. Nothing else is decided by it. */
final class SystemWallClock {

    private SystemWallClock() {}

    static InstantSource source() {
        return InstantSource.system();
    }
}
