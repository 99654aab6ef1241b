package dev.seawall.examples.quickstart;

import dev.seawall.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One service in trouble, and two clients that need it: a {@link UserClient}, guarded by Seawall, and a bare one. Each has a
 * server of its own, which plays the same {@link Act}s at the same time.
 */
public final class Quickstart {

    private static final int MOST_REPEATS = 6; // of the last act

    private static final String USAGE = """
            usage: examples/quickstart/run [--fast | --help]

              Plays eight acts of trouble on a local HTTP service for about 20 s, prints what a Seawall
              pipeline does about it, and compares it with a client that has none.

              --fast  the same in about 5 s
              --help  this text
            """;

    /**
     * How fast the play goes.
     *
     * @param lengthOfActs 1 for the length in the script
     * @param callsPerSecond for each client, unless there is a rush
     */
    record Pace(double lengthOfActs, int callsPerSecond) {
        static final Pace NORMAL = new Pace(1, 20);
        static final Pace FAST = new Pace(0.2, 40);
    }

    private final PrintStream out;
    private final Pace pace;
    private int calls;

    Quickstart(PrintStream out, Pace pace) {
        this.out = out;
        this.pace = pace;
    }

    /**
     * Runs the play and ends the process: 0 if all went well, 1 if the play itself broke, 2 if the arguments are wrong.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        if (args.contains("--help")) {
            out.print(USAGE);
            return 0;
        }
        boolean fast = args.equals(List.of("--fast"));
        if (!fast && !args.isEmpty()) {
            err.println("quickstart: cannot understand: " + String.join(" ", args));
            err.print(USAGE);
            return 2;
        }
        try {
            new Quickstart(out, fast ? Pace.FAST : Pace.NORMAL).play().print(out);
            return 0;
        } catch (Exception broken) {
            err.println("quickstart: the play itself broke: " + broken);
            return 1;
        }
    }

    Report play() throws Exception {
        try (TroubledServer service = new TroubledServer();
                TroubledServer twin = new TroubledServer();
                Timeline timeline = new Timeline(out);
                Watcher watcher = new Watcher(timeline)) {
            UserClient client = new UserClient(service.uri(), watcher);
            introduce(client);
            warmUp(service.uri(), twin.uri());
            watcher.follow(client);
            try (Traffic guarded = new Traffic(id -> client.find(id).orElseThrow(), client::findAsync);
                    Traffic bare = bareTraffic(twin.uri())) {
                for (Act act : Act.values()) {
                    service.play(act);
                    twin.play(act);
                    timeline.begin(act);
                    send(act, client.breaker(), guarded, bare);
                }
                return Report.of(guarded.end(), bare.end(), watcher, client);
            }
        }
    }

    private void introduce(UserClient client) {
        out.println(
                "A client calls a service " + pace.callsPerSecond + " times a second while that gets into trouble.");
        out.println("Around each call it has, from the outside in:");
        client.pipeline().policies().forEach(policy -> out.println("  - " + Timeline.plain(policy.toString())));
        out.println("Another client has nothing of this, and calls a service in the same trouble.");
        out.println();
    }

    /** The first requests of a JVM take long; they would look like trouble. */
    private static void warmUp(URI... services) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        for (URI service : services) {
            for (int i = 0; i < 10; i++) {
                http.send(UserClient.request(service, i), BodyHandlers.ofString());
            }
        }
    }

    private static Traffic bareTraffic(URI service) {
        HttpClient http = HttpClient.newHttpClient();
        return new Traffic(
                id -> http.send(UserClient.request(service, id), BodyHandlers.ofString()),
                id -> http.sendAsync(UserClient.request(service, id), BodyHandlers.ofString()));
    }

    /** Sends the calls of one act. The last one goes on until the breaker has seen that all is well, within limits. */
    private void send(Act act, CircuitBreaker breaker, Traffic guarded, Traffic bare) throws InterruptedException {
        int callsPerSecond = act.rush * pace.callsPerSecond;
        long planned = Math.round(act.seconds * pace.lengthOfActs * callsPerSecond);
        long most = act == Act.WELL_AGAIN ? MOST_REPEATS * planned : planned;
        long next = System.nanoTime();
        for (int i = 0; i < planned || (i < most && breaker.state() != CircuitBreaker.State.CLOSED); i++) {
            int id = ++calls;
            guarded.call(id);
            bare.call(id);
            next += TimeUnit.SECONDS.toNanos(1) / callsPerSecond;
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        }
    }
}
