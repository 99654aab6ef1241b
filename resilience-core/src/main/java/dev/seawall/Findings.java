package dev.seawall;

import dev.seawall.Policy.Trait;
import java.util.ArrayList;
import java.util.List;

/** Looks for orders of policies that rarely do what was meant. */
final class Findings {

    private Findings() {}

    static List<String> of(List<Policy> policies) {
        List<String> findings = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            check(policies, i, findings);
        }
        if (!policies.isEmpty() && first(policies, 0, Trait.LIMITS_TIME) < 0) {
            findings.add("nothing limits time: a call that hangs is waited for without end; add a timeout");
        }
        return List.copyOf(findings);
    }

    private static void check(List<Policy> policies, int place, List<String> findings) {
        Policy policy = policies.get(place);
        List<Policy> outside = policies.subList(0, place);
        if (outside.contains(policy) && !policy.traits().isEmpty()) {
            findings.add(policy + " is there twice: it counts or limits every call double");
        }
        if (policy.traits().contains(Trait.REISSUES)) {
            checkReissue(policy, policies, place, findings);
        }
    }

    private static void checkReissue(Policy policy, List<Policy> policies, int place, List<String> findings) {
        for (Policy outer : policies.subList(0, place)) {
            if (outer.traits().contains(Trait.JUDGES)) {
                findings.add(policy + " is inside " + outer + ", which sees only the last attempt and cannot stop the"
                        + " others; put it inside " + policy);
            }
            if (outer.traits().contains(Trait.LIMITS_RATE)) {
                findings.add(
                        policy + " is inside " + outer + ", which counts a call once however often it is attempted");
            }
            if (outer.traits().contains(Trait.LIMITS_CONCURRENCY)) {
                findings.add(policy + " is inside " + outer
                        + ", which keeps a permit for a call also while that waits between attempts; put it inside "
                        + policy);
            }
            if (outer.traits().contains(Trait.REISSUES)) {
                findings.add(policy + " is inside " + outer + ": attempts multiply");
            }
        }
        if (first(policies, place + 1, Trait.LIMITS_TIME) < 0 && first(policies, 0, Trait.LIMITS_TIME) >= 0) {
            findings.add("no timeout inside " + policy + ": one attempt that hangs uses up the time of all");
        }
    }

    private static int first(List<Policy> policies, int from, Trait trait) {
        for (int i = from; i < policies.size(); i++) {
            if (policies.get(i).traits().contains(trait)) {
                return i;
            }
        }
        return -1;
    }
}
