package dev.seawall.ratelimiter.redis;

import dev.seawall.ratelimiter.PermitStore.Decision;
import dev.seawall.ratelimiter.PermitStore.Granted;
import dev.seawall.ratelimiter.PermitStore.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Demands that go to Redis together, in the order in which they came. Like ones that follow each other make one group. */
final class Batch {

    private record Group(List<Demand> demands) {

        Demand first() {
            return demands.get(0);
        }
    }

    private final Layout layout;
    private final List<Group> groups = new ArrayList<>();

    Batch(Layout layout, List<Demand> demands) {
        this.layout = layout;
        for (Demand demand : demands) {
            Group last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
            if (last != null && last.first().isLike(demand)) {
                last.demands.add(demand);
            } else {
                Group next = new Group(new ArrayList<>(1));
                next.demands.add(demand);
                groups.add(next);
            }
        }
    }

    /** The script that can do it. */
    Script script() {
        return isSimple() ? Script.TAKE_ONE : Script.TAKE;
    }

    private boolean isSimple() {
        Demand first = groups.get(0).first();
        return layout.isOneBucket && groups.size() == 1 && first.kind == Demand.Kind.TAKE && first.maxWaitNanos < 1_000;
    }

    String[] arguments() {
        return isSimple() ? simpleArguments() : allArguments();
    }

    private String[] simpleArguments() {
        String[] arguments = new String[layout.bucket.length + 3];
        System.arraycopy(layout.bucket, 0, arguments, 0, layout.bucket.length);
        Group group = groups.get(0);
        List<String> cost = new ArrayList<>(2);
        layout.addCost(group.first().permits, cost);
        arguments[layout.bucket.length] = Integer.toString(group.demands.size());
        arguments[layout.bucket.length + 1] = cost.get(0);
        arguments[layout.bucket.length + 2] = cost.get(1);
        return arguments;
    }

    private String[] allArguments() {
        List<String> arguments = layout.arguments(groups.size());
        for (Group group : groups) {
            Demand demand = group.first();
            arguments.add(demand.kind == Demand.Kind.CHARGE ? "C" : "T");
            arguments.add(demand.kind == Demand.Kind.LOOK ? "0" : Integer.toString(group.demands.size()));
            arguments.add(Long.toString(Math.min(demand.maxWaitNanos / 1_000, layout.horizon)));
            layout.addCost(demand.permits, arguments);
        }
        return arguments.toArray(String[]::new);
    }

    /** The states of the limits after the last demand: the end of the answer. */
    long[] states(List<Object> answer) {
        long[] states = new long[layout.formulas.length * Formula.WORDS];
        for (int i = 0; i < states.length; i++) {
            states[i] = word(answer, answer.size() - states.length + i);
        }
        return states;
    }

    static long word(List<Object> answer, int index) {
        return (Long) answer.get(index);
    }

    /** Tells everyone what was decided. */
    void settle(List<Object> answer, Known known, Consumer<List<String>> giveBack) {
        int at = 1;
        for (Group group : groups) {
            int granted = (int) word(answer, at);
            long delay = word(answer, at + 1) * 1_000;
            at += 2;
            int end = at;
            at += 2 * layout.formulas.length;
            for (int i = 0; i < group.demands.size(); i++) {
                Demand demand = group.demands.get(i);
                demand.decision.complete(
                        demand.kind == Demand.Kind.LOOK || i < granted
                                ? granted(demand, delay(group, delay, granted), answer, end, i == granted - 1, giveBack)
                                : rejected(demand, delay, known));
            }
        }
    }

    /** That of a group with several demands is how long the first one would have to wait that got nothing. */
    private static long delay(Group group, long delay, int granted) {
        return granted == group.demands.size() && group.demands.size() == 1 ? delay : 0;
    }

    /** In several of one group only the last one's permits can be given back: others were given after the rest. */
    private Decision granted(
            Demand demand, long delay, List<Object> answer, int end, boolean last, Consumer<List<String>> giveBack) {
        return new Granted(delay, () -> {
            if (last) {
                giveBack.accept(piece(demand.permits, answer, end));
            }
        });
    }

    /** What a script is told to take permits back: for each limit their cost and where they end. */
    private List<String> piece(long permits, List<Object> answer, int end) {
        List<String> costs = new ArrayList<>();
        layout.addCost(permits, costs);
        List<String> arguments = layout.arguments(1);
        for (int i = 0; i < layout.formulas.length; i++) {
            arguments.add(costs.get(2 * i));
            arguments.add(costs.get(2 * i + 1));
            arguments.add(Long.toString(word(answer, end + 2 * i)));
            arguments.add(Long.toString(word(answer, end + 2 * i + 1)));
        }
        return arguments;
    }

    private Decision rejected(Demand demand, long delay, Known known) {
        long wait = (layout.due(known.states(), demand.permits, known.at()) - known.at()) * 1_000;
        return new Rejected(Math.max(delay, wait));
    }
}
