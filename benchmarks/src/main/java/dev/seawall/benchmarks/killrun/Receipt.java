package dev.seawall.benchmarks.killrun;

import java.util.ArrayList;
import java.util.List;

/**
 * What a request is answered with: it tells which attempt made it, and which attempts' phases it was made of.
 *
 * @param variant which of the two requests it answers
 * @param attempt who completed it
 * @param phases who ran each of its phases
 */
record Receipt(String variant, String attempt, List<String> phases) {

    private static final String SEPARATOR = " ";

    String text() {
        List<String> words = new ArrayList<>(List.of(variant, attempt));
        words.addAll(phases);
        return String.join(SEPARATOR, words);
    }

    static Receipt parse(String text) {
        List<String> words = List.of(text.split(SEPARATOR));
        return new Receipt(words.get(0), words.get(1), List.copyOf(words.subList(2, words.size())));
    }
}
