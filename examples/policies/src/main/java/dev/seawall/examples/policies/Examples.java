package dev.seawall.examples.policies;

import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the example that is named, or all of them. */
public final class Examples {

    /** A small program that shows one policy. */
    interface Example {
        void run(PrintStream out) throws Exception;
    }

    private static final String USAGE =
            "usage: examples/policies/run [hedge | throttle | threads | customers | plans | shares]";

    private Examples() {}

    /**
     * Ends the process: 0 if all went well, 1 if an example broke, 2 if there is none of that name.
     *
     * @param args the name of an example; none for all
     */
    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        List<String> names =
                args.isEmpty() ? List.of("hedge", "throttle", "threads", "customers", "plans", "shares") : args;
        for (String name : names) {
            Example example = named(name);
            if (example == null) {
                err.println("no example '" + name + "'");
                err.println(USAGE);
                return 2;
            }
            out.println("==> " + name);
            try {
                example.run(out);
            } catch (Exception broken) {
                err.println("the example broke: " + broken);
                return 1;
            }
        }
        return 0;
    }

    private static @Nullable Example named(String name) {
        return switch (name) {
            case "hedge" -> new HedgeExample();
            case "throttle" -> new ThrottleExample();
            case "threads" -> new ThreadsExample();
            case "customers" -> new CustomersExample();
            case "plans" -> new PlansExample();
            case "shares" -> new SharesExample();
            default -> null;
        };
    }
}
