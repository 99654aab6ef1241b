package dev.seawall;

/** A listener's registration. Closing it removes the listener; calls after the first do nothing. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

    @Override
    void close();
}
