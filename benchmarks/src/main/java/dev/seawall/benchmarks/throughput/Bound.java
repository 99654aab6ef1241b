package dev.seawall.benchmarks.throughput;

/**
 * A target for one number.
 *
 * @param what the number is, and why it has a bound
 * @param atLeast whether the limit is the least that it may be, or the most
 * @param limit the bound itself, which is allowed
 * @param measured the number
 * @param unit of both
 */
record Bound(String what, boolean atLeast, double limit, double measured, String unit) {

    static Bound atLeast(String what, double limit, double measured, String unit) {
        return new Bound(what, true, limit, measured, unit);
    }

    static Bound atMost(String what, double limit, double measured, String unit) {
        return new Bound(what, false, limit, measured, unit);
    }

    /** A number that is none has missed. */
    boolean met() {
        return atLeast ? measured >= limit : measured <= limit;
    }
}
