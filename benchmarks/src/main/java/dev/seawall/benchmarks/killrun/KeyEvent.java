package dev.seawall.benchmarks.killrun;

/**
 * What a caller did with a key. All processes of a run are on one machine, so that its monotonic clock orders what they tell.
 *
 * @param kind what it did
 * @param key of the request
 * @param attempt which call it was, unique in the run
 * @param variant which of the two requests was sent with the key
 * @param detail the phase, or the answer
 * @param from when the call began, before anything was asked
 * @param to when this had happened
 */
record KeyEvent(Kind kind, String key, String attempt, String variant, String detail, long from, long to) {

    /** What can be told. */
    enum Kind {
        /** The work was let in. */
        ENTERED,
        /** A phase had its effect. */
        RAN,
        /** A phase's result was stored. */
        SAVED,
        /** The work was over, well or not. */
        LEFT,
        /** The call answered, and its work had run. */
        EXECUTED,
        /** The call answered, and nothing had run. */
        REPLAYED,
        /** The key was refused to this request. */
        MISMATCHED,
        /** The work had run, and another had taken over. */
        LOST
    }

    private static final String SEPARATOR = "\t";
    private static final int FIELDS = 7;

    boolean isAnswer() {
        return kind == Kind.EXECUTED || kind == Kind.REPLAYED;
    }

    String line() {
        return String.join(
                SEPARATOR, kind.name(), key, attempt, variant, detail, Long.toString(from), Long.toString(to));
    }

    static KeyEvent parse(String line) {
        String[] fields = line.split(SEPARATOR, -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("not an event: " + line);
        }
        return new KeyEvent(
                Kind.valueOf(fields[0]),
                fields[1],
                fields[2],
                fields[3],
                fields[4],
                Long.parseLong(fields[5]),
                Long.parseLong(fields[6]));
    }
}
