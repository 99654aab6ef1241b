package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;

/**
 * A signal that waits to be used.
 *
 * @param number tells it from others and in which order they came
 * @param name what it is called
 * @param payload what it brings
 */
public record SagaSignal(long number, String name, EncodedPayload payload) {

    @Override
    public String toString() {
        return "signal " + name + " #" + number;
    }
}
