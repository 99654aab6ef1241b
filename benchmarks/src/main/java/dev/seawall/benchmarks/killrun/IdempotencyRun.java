package dev.seawall.benchmarks.killrun;

import com.zaxxer.hikari.HikariDataSource;
import dev.seawall.ResilienceRuntime;
import dev.seawall.benchmarks.killrun.Caller.Pace;
import dev.seawall.benchmarks.killrun.KeyEvent.Kind;
import dev.seawall.idempotency.jdbc.JdbcIdempotency;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.test.ChildJvm;
import dev.seawall.test.FaultProxy;
import dev.seawall.test.Killer;
import dev.seawall.test.Killer.Deed;
import dev.seawall.test.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One run of idempotency: its callers, what is done to them, and the judgement. */
final class IdempotencyRun implements KillRun.Run, Strikes.Work {

    private static final Duration WORKS_WITHIN = Duration.ofSeconds(3);
    private static final String[] SMALL = {"-Xmx96m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};

    private final IdempotencyPlan plan;
    private final Path history;
    private final SeededRandom random;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final long start = System.nanoTime();
    private final Postgres postgres;
    private final DataSource connections;
    private final Networks networks;
    private @Nullable Killer killer;

    IdempotencyRun(IdempotencyPlan plan, Path folder) throws IOException, SQLException {
        this.plan = plan;
        this.history = Files.createDirectories(folder.resolve("history"));
        this.random = new SeededRandom(plan.seed());
        this.postgres = new Postgres(folder.resolve("data"));
        this.connections = Connections.to(postgres.url());
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            // no primary key: what comes twice is to be seen
            statement.execute("CREATE TABLE effect (key text NOT NULL, attempt text NOT NULL)");
        }
        SchemaInstaller.of(connections).install(JdbcIdempotency.SCHEMA);
        List<FaultProxy> proxies = Stream.generate(() -> FaultProxy.to("127.0.0.1", postgres.port()))
                .limit(plan.nodes())
                .toList();
        this.networks = new Networks(proxies, new SeededRandom(random.nextLong()), "networks");
    }

    @Override
    public KillRun.Result play() throws InterruptedException, IOException, SQLException {
        Killer killer = Killer.start(plan.strikes(), processes());
        this.killer = killer;
        Strikes strikes = new Strikes(plan.kills(), plan.crashes(), plan.most(), postgres, this);
        strikes.awaitDone(1);
        networks.start();
        long terminated;
        try (Terminator terminator = new Terminator(connections, new SeededRandom(random.nextLong()))) {
            strikes.await(killer);
            terminated = terminator.all();
        }
        networks.heal();
        killer.close(); // kills all callers, and leaves it to us to complete what they began
        Map<String, Long> done = new LinkedHashMap<>();
        done.put("kills", killer.count(Deed.KILLED));
        done.put("stops", killer.count(Deed.STOPPED));
        done.put("deaths", killer.count(Deed.DIED));
        done.put("databaseFaults", networks.faults());
        done.put("backendsEnded", terminated);
        done.put("databaseCrashes", (long) strikes.crashed());
        return judge(done, strikes.worstResumeNanos());
    }

    private Map<String, Supplier<ChildJvm>> processes() {
        Map<String, Supplier<ChildJvm>> processes = new TreeMap<>();
        for (int i = 0; i < plan.nodes(); i++) {
            String name = "caller-" + i;
            String[] args = {
                Integer.toString(networks.of(i).port()),
                name,
                history.toString(),
                Long.toString(start),
                Long.toString(plan.seed()),
                plan.defect().name()
            };
            processes.put(name, () -> working(args));
        }
        return processes;
    }

    /** Strikes wait until it works: on a busy machine, a run would else consist of processes that are being started. */
    private static ChildJvm working(String[] args) {
        ChildJvm child =
                ChildJvm.of(CallerProcess.class).args(args).jvmOptions(SMALL).start();
        try {
            child.awaitLine(CallerProcess.WORKS::equals, WORKS_WITHIN);
        } catch (AssertionError notYet) {
            // its network or the database is down at the moment
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
        return child;
    }

    // ---- meanwhile

    /** Records that were written; only grows, because nothing comes to its end within a run. */
    @Override
    public long done() {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM seawall_idempotency WHERE answer IS NOT NULL")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException down) {
            return 0; // or not there yet
        }
    }

    @Override
    public void tell(Killer killer, int crashes) {
        System.out.printf(
                Locale.ROOT,
                "%5.1f s  %d kills, %d stops, %d crashes, %d network faults; %,d keys answered%n",
                seconds(),
                killer.count(Deed.KILLED),
                killer.count(Deed.STOPPED),
                crashes,
                networks.faults(),
                done());
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    // ---- the judgement

    private KillRun.Result judge(Map<String, Long> done, long worstResumeNanos)
            throws IOException, InterruptedException, SQLException {
        Map<String, List<KeyEvent>> before = byKey(KeyLog.read(history));
        long healed = runtime.now();
        Map<String, String> answers = complete(before.keySet());
        long waited = runtime.now() - healed;
        List<KeyEvent> events = KeyLog.read(history);
        Map<String, List<KeyEvent>> byKey = byKey(events);
        Map<String, List<String>> effects = effects();
        TreeSet<String> keys = new TreeSet<>(byKey.keySet());
        keys.addAll(effects.keySet());
        List<String> problems = new ArrayList<>();
        for (String key : keys) {
            problems.addAll(new IdempotencyCheck(
                            key,
                            byKey.getOrDefault(key, List.of()),
                            effects.getOrDefault(key, List.of()),
                            answers.get(key))
                    .problems());
        }
        long completed = before.values().stream()
                .filter(told -> told.stream().noneMatch(KeyEvent::isAnswer))
                .count();
        Map<Kind, Long> told = events.stream()
                .collect(Collectors.groupingBy(KeyEvent::kind, () -> new EnumMap<>(Kind.class), Collectors.counting()));
        return new IdempotencyOutcome(
                plan, done, keys.size(), told, completed, problems, waited, worstResumeNanos, seconds());
    }

    private static Map<String, List<KeyEvent>> byKey(List<KeyEvent> events) {
        return events.stream().collect(Collectors.groupingBy(KeyEvent::key));
    }

    private Map<String, List<String>> effects() throws SQLException {
        Map<String, List<String>> effects = new HashMap<>();
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT key, attempt FROM effect")) {
            while (row.next()) {
                effects.computeIfAbsent(row.getString(1), key -> new ArrayList<>())
                        .add(row.getString(2));
            }
        }
        return effects;
    }

    /** Sends the request of each key until it is answered. */
    private Map<String, String> complete(Collection<String> keys) throws IOException, InterruptedException {
        Map<String, String> answers = new ConcurrentHashMap<>();
        List<String> all = List.copyOf(keys);
        try (HikariDataSource pool = CallerProcess.pool(postgres.port(), "killrun", IdempotencyPlan.CALLERS + 2)) {
            Caller caller = new Caller(pool, KeyLog.in(history), plan.defect(), Pace.SMOOTH);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < IdempotencyPlan.CALLERS; i++) {
                int first = i;
                threads.add(new Thread(() -> complete(caller, all, first, answers), "completing-" + i));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return answers;
    }

    private void complete(Caller caller, List<String> keys, int first, Map<String, String> answers) {
        SeededRandom own = new SeededRandom(plan.seed() + first);
        long until = runtime.now() + Strikes.COMES_BACK_WITHIN.toNanos();
        for (int i = first; i < keys.size(); i += IdempotencyPlan.CALLERS) {
            String key = keys.get(i);
            String answer = null;
            // A key that was begun for the other request can only be completed by that one.
            for (int turn = 0; answer == null && runtime.now() < until; turn++) {
                answer = caller.call(key, CallerProcess.VARIANTS.get(turn % CallerProcess.VARIANTS.size()), own);
            }
            if (answer != null) {
                answers.put(key, answer);
            }
        }
    }

    @Override
    public String log() {
        Killer present = killer;
        return present == null
                ? "nothing was started"
                : present.actions().stream().map(Killer.Action::toString).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        if (killer != null) {
            killer.close();
        }
        networks.close();
        postgres.close();
    }
}
