package dev.seawall.saga;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is true of a saga at this moment besides its position.
 *
 * @param age since its start
 * @param deadlineIn until its deadline; {@code null} without one
 * @param cancelled whether somebody wants it undone
 */
record Facts(Duration age, @Nullable Duration deadlineIn, boolean cancelled) {

    boolean isLate() {
        return deadlineIn != null && (deadlineIn.isNegative() || deadlineIn.isZero());
    }
}
