package dev.seawall.benchmarks.overload;

/** How the dependency is. */
enum Health {
    WELL(50, "#dafbe1"),
    /** Refuses one request in three. */
    FLAKY(50, "#ddf4ff"),
    SLOW(150, "#fff8c5"),
    SLOWER(400, "#ffe2b3"),
    TOO_SLOW(1_200, "#ffd0b0"),
    HANGING(0, "#ffc1ba"),
    CUTTING(0, "#f5b8c8"),
    REFUSING(0, "#e5c7f5");

    /** How long an answer takes, if there is one. */
    final int serviceMillis;

    /** In the drawing. */
    final String colour;

    Health(int serviceMillis, String colour) {
        this.serviceMillis = serviceMillis;
        this.colour = colour;
    }
}
