package dev.seawall;

/** Takes no place at all: its layer is the next one. */
final class NoPolicy implements Policy {

    static final Policy INSTANCE = new NoPolicy();

    private NoPolicy() {}

    @Override
    public String name() {
        return "none";
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return next;
    }

    @Override
    public String toString() {
        return name();
    }
}
