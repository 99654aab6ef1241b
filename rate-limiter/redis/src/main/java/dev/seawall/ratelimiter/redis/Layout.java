package dev.seawall.ratelimiter.redis;

import dev.seawall.Require;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.Quota;
import dev.seawall.ratelimiter.RateLimiterConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the limits of one limiter lie in Redis, and how they are calculated.
 *
 * <p>Each limit has one key. All keys of a limiter have one hash tag, so that in a cluster they lie on one node, where one script
 * reaches them all; the keys of different limiters, and of one limiter's different keys, are spread.
 */
final class Layout {

    final Formula[] formulas;
    final String[] keys;
    final List<String> settings; // what every script is told first, but for the number of requests
    final long horizon;
    final boolean isOneBucket;
    final String[] bucket; // its settings

    private Layout(Formula[] formulas, String[] keys, long horizon) {
        this.formulas = formulas;
        this.keys = keys;
        this.horizon = horizon;
        List<String> texts = new ArrayList<>();
        for (Formula formula : formulas) {
            texts.add(formula.kind());
            formula.settings().forEach(setting -> texts.add(Long.toString(setting)));
        }
        this.settings = List.copyOf(texts);
        this.isOneBucket = formulas.length == 1 && formulas[0].kind().equals("t");
        this.bucket = texts.subList(1, texts.size()).toArray(String[]::new);
    }

    /**
     * The layout of a limiter.
     *
     * @param prefix of all keys of the application
     * @param name the limiter's
     * @param key if there is a limiter for each
     */
    static Layout of(String prefix, String name, @Nullable String key, RateLimiterConfig config, long horizon) {
        Require.check(
                config.maxWait().compareTo(Formula.micros(horizon)) <= 0,
                "maxWait must be at most longestWait, %s, was %s",
                Formula.micros(horizon),
                config.maxWait());
        String tag = "{" + escaped(prefix) + ":" + escaped(name) + (key == null ? "" : ":" + key) + "}:";
        List<Limit> limits = config.limits();
        Formula[] formulas = new Formula[limits.size()];
        String[] keys = new String[limits.size()];
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < keys.length; i++) {
            formulas[i] = Formula.of(limits.get(i), horizon);
            String place = formulas[i].kind() + formulas[i].period;
            keys[i] = tag + (taken.add(place) ? place : place + "-" + i);
        }
        return new Layout(formulas, keys, horizon);
    }

    /** Two different names never make one, and no brace ends the hash tag too soon. */
    private static String escaped(String name) {
        return name.replace("%", "%25").replace(":", "%3A").replace("{", "%7B").replace("}", "%7D");
    }

    /** What a script with so many requests is told first. */
    List<String> arguments(int requests) {
        List<String> arguments = new ArrayList<>(settings.size() + 8);
        arguments.add(Long.toString(horizon));
        arguments.add(Integer.toString(requests));
        arguments.addAll(settings);
        return arguments;
    }

    void addCost(long permits, List<String> arguments) {
        for (Formula formula : formulas) {
            formula.cost(permits, arguments);
        }
    }

    /** The most permits that a request can get. */
    long most() {
        long most = Long.MAX_VALUE;
        for (Formula formula : formulas) {
            most = Math.min(most, formula.most());
        }
        return most;
    }

    /** When permits are due at the earliest. Of several limits together it may be later. */
    long due(long[] states, long permits, long now) {
        long due = now;
        for (int i = 0; i < formulas.length; i++) {
            due = Math.max(due, formulas[i].due(states, i * Formula.WORDS, permits, now));
        }
        return due;
    }

    /** What is left of the tightest limit. */
    Quota quota(long[] states, long now) {
        Quota tightest = formulas[0].quota(states, 0, now);
        for (int i = 1; i < formulas.length; i++) {
            Quota other = formulas[i].quota(states, i * Formula.WORDS, now);
            if (isTighter(other, tightest)) {
                tightest = other;
            }
        }
        return tightest;
    }

    /** What would be left if nobody had taken anything. */
    Quota untouched() {
        Quota tightest = formulas[0].untouched();
        for (Formula formula : formulas) {
            tightest = formula.most() < tightest.remaining() ? formula.untouched() : tightest;
        }
        return tightest;
    }

    private static boolean isTighter(Quota one, Quota other) {
        return one.remaining() < other.remaining()
                || (one.remaining() == other.remaining() && one.retryAfter().compareTo(other.retryAfter()) > 0);
    }
}
