package dev.seawall.saga.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** What a failure says of the database. Where it says nothing, anything may have happened. */
final class Refusals {

    /** Classes of SQL states: the number of values, the values themselves, a constraint, a limit of the server. */
    private static final Set<String> OF_DATA = Set.of("21", "22", "23", "54");

    private static final int INCORRECT_STRING = 1_366; // MySQL has no state of its own for it
    private static final int LOCK_WAIT = 1_205; // neither for this
    private static final int H2_LOCK_WAIT = 50_200;
    private static final String COMPLETION_UNKNOWN = "40003";
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private Refusals() {}

    /** A row can never be written as it is. The transaction is rolled back. */
    static boolean isOfData(SQLException failure) {
        String state = state(failure);
        return OF_DATA.contains(state.substring(0, 2)) || failure.getErrorCode() == INCORRECT_STRING;
    }

    /** Another transaction was in the way. The transaction is rolled back. */
    static boolean isOfOthers(SQLException failure) {
        String state = state(failure);
        return (state.startsWith("40") && !state.equals(COMPLETION_UNKNOWN))
                || state.equals(LOCK_NOT_AVAILABLE)
                || failure.getErrorCode() == LOCK_WAIT
                || failure.getErrorCode() == H2_LOCK_WAIT;
    }

    private static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null || state.length() < 2 ? "--" : state;
    }
}
