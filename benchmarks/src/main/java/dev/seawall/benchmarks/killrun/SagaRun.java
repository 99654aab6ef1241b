package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.saga.Saga;
import dev.seawall.saga.SagaEngine;
import dev.seawall.saga.jdbc.JdbcSagaStore;
import dev.seawall.saga.jdbc.ParticipantGuard;
import dev.seawall.test.ChildJvm;
import dev.seawall.test.FaultProxy;
import dev.seawall.test.Killer;
import dev.seawall.test.Killer.Deed;
import dev.seawall.test.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One run of sagas: its nodes, what is done to them, and the judgement. */
final class SagaRun implements KillRun.Run, Strikes.Work {

    private static final Duration RESTS_WITHIN = Duration.ofSeconds(120);
    private static final String[] SMALL = {"-Xmx96m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};
    private static final String ENDED = "SELECT count(*) FROM {saga} WHERE ended_at IS NOT NULL";
    private static final String ACTIVE =
            "SELECT count(*) FROM {saga} WHERE status IN ('RUNNING', 'PAST_PIVOT', 'COMPENSATING')";
    private static final String LEFT = "SELECT definition || '/' || id || ' ' || status || ' at ' || coalesce(step, '')"
            + " || ' owner ' || coalesce(owner, '') || ' due in us ' || coalesce((due_at - {now})::text, '') || ' rev ' || rev"
            + " || ' epoch ' || epoch || ' ' || coalesce(reason, '') || ' ' || progress FROM {saga}"
            + " WHERE status IN ('RUNNING', 'PAST_PIVOT', 'COMPENSATING') LIMIT 10";

    private final SagaPlan plan;
    private final SeededRandom random;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final long start = runtime.now();
    private final Postgres postgres;
    private final DataSource connections;
    private final Networks databaseNetworks;
    private final Networks participantNetworks;
    private final List<SagaShape> shapes;
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private @Nullable Killer killer;

    SagaRun(SagaPlan plan, Path folder) throws IOException, SQLException {
        this.plan = plan;
        this.random = new SeededRandom(plan.seed());
        this.shapes = SagaPlan.shapes(plan.seed());
        this.postgres = new Postgres(folder.resolve("data"));
        this.connections = Connections.to(postgres.url());
        try (Connection connection = connections.getConnection()) {
            SagaTruth.create(connection);
        }
        SchemaInstaller.of(connections).install(JdbcSagaStore.SCHEMA, ParticipantGuard.SCHEMA);
        this.databaseNetworks = networks("database");
        this.participantNetworks = networks("participant");
    }

    private Networks networks(String to) {
        List<FaultProxy> proxies = Stream.generate(() -> FaultProxy.to("127.0.0.1", postgres.port()))
                .limit(plan.nodes())
                .toList();
        return new Networks(proxies, new SeededRandom(random.nextLong()), "networks-to-" + to);
    }

    @Override
    public KillRun.Result play() throws InterruptedException, IOException, SQLException {
        Killer killer = Killer.start(plan.strikes(startMillis()), processes());
        this.killer = killer;
        try (SagaWishes wishes = wishes()) {
            Strikes strikes = new Strikes(plan.kills(), plan.crashes(), plan.most(), postgres, this);
            strikes.awaitDone(1);
            databaseNetworks.start();
            participantNetworks.start();
            long terminated;
            try (Terminator terminator = new Terminator(connections, new SeededRandom(random.nextLong()))) {
                strikes.await(killer);
                terminated = terminator.all();
            }
            databaseNetworks.heal();
            participantNetworks.heal();
            killer.finish();
            wishes.enough();
            long healed = runtime.now();
            boolean rests = rests();
            double restSeconds = (runtime.now() - healed) / 1e9;
            killer.close();
            return judge(killer, strikes, terminated, wishes.wanted(), rests, restSeconds);
        }
    }

    /** How long a node takes to start here, and now. */
    private long startMillis() throws InterruptedException {
        long begin = runtime.now();
        try (ChildJvm node = node(0)) {
            node.awaitLine("ready"::equals, Strikes.COMES_BACK_WITHIN);
        }
        return TimeUnit.NANOSECONDS.toMillis(runtime.now() - begin);
    }

    private SagaWishes wishes() {
        SagaParticipant nobody = new SagaParticipant(plan.fate(), Transactions.of(connections));
        List<Saga<String>> sagas = shapes.stream().map(nobody::definition).toList();
        SagaEngine engine = SagaNodeProcess.engine(connections, "killrun", sagas); // never started: it only asks
        return new SagaWishes(connections, engine, plan.fate(), shapes, new SeededRandom(random.nextLong()));
    }

    private Map<String, Supplier<ChildJvm>> processes() {
        Map<String, Supplier<ChildJvm>> processes = new TreeMap<>();
        for (int i = 0; i < plan.nodes(); i++) {
            int number = i;
            processes.put("node-" + i, () -> node(number));
        }
        return processes;
    }

    private ChildJvm node(int number) {
        String name = "node-" + number;
        return ChildJvm.of(SagaNodeProcess.class)
                .args(
                        Integer.toString(databaseNetworks.of(number).port()),
                        Integer.toString(participantNetworks.of(number).port()),
                        name,
                        Long.toString(plan.seed()))
                .jvmOptions(SMALL)
                .onLine(line -> said.add(Instant.now() + " " + name + " " + line))
                .start();
    }

    // ---- meanwhile

    @Override
    public long done() {
        try (Connection connection = connections.getConnection()) {
            return SagaTruth.number(connection, ENDED);
        } catch (SQLException down) {
            return 0; // or not there yet
        }
    }

    @Override
    public void tell(Killer killer, int crashes) {
        System.out.printf(
                Locale.ROOT,
                "%5.1f s  %d kills, %d stops, %d crashes, %d + %d network faults; %,d sagas ended%n",
                seconds(),
                killer.count(Deed.KILLED),
                killer.count(Deed.STOPPED),
                crashes,
                databaseNetworks.faults(),
                participantNetworks.faults(),
                done());
    }

    private double seconds() {
        return (runtime.now() - start) / 1e9;
    }

    private boolean rests() throws InterruptedException, SQLException {
        long until = runtime.now() + RESTS_WITHIN.toNanos();
        while (runtime.now() < until) {
            try (Connection connection = connections.getConnection()) {
                if (SagaTruth.number(connection, "SELECT count(*) FROM wanted WHERE NOT started") == 0
                        && SagaTruth.number(connection, ACTIVE) == 0) {
                    return true;
                }
            }
            runtime.sleep(Strikes.LOOK.toNanos());
        }
        return false;
    }

    // ---- the judgement

    private KillRun.Result judge(
            Killer killer, Strikes strikes, long terminated, long wanted, boolean rests, double restSeconds)
            throws SQLException {
        List<String> problems = new ArrayList<>();
        List<SagaStory> stories;
        try (Connection connection = connections.getConnection()) {
            stories = SagaTruth.stories(connection);
            if (!rests) {
                problems.add("STUCK after " + RESTS_WITHIN + ": " + SagaTruth.texts(connection, LEFT));
            }
            count(problems, connection, "LOST: started, and not there", """
                    SELECT count(*) FROM wanted w WHERE w.started
                    AND NOT EXISTS (SELECT 1 FROM {saga} s WHERE s.id = w.id::text)""");
            count(problems, connection, "INVENTED: there, and not wanted", """
                    SELECT count(*) FROM {saga} s WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE s.id = w.id::text)""");
            count(problems, connection, "PHANTOM: effects of sagas that are not there", """
                    SELECT count(*) FROM effect e
                    WHERE NOT EXISTS (SELECT 1 FROM {saga} s WHERE s.id = e.saga AND s.definition = e.definition)""");
        }
        Map<String, SagaShape> byName = shapes.stream().collect(Collectors.toMap(SagaShape::name, shape -> shape));
        for (SagaStory story : stories) {
            SagaShape shape = Objects.requireNonNull(byName.get(story.definition()));
            problems.addAll(SagaCheck.problems(plan.fate(), shape, story));
        }
        SagaTally tally = SagaTally.of(stories);
        if (tally.ended() < wanted && rests) {
            problems.add("LOST: " + tally.ended() + " of " + wanted + " have ended");
        }
        return new SagaOutcome(
                plan,
                killer.count(Deed.KILLED),
                killer.count(Deed.STOPPED),
                killer.count(Deed.DIED),
                databaseNetworks.faults(),
                participantNetworks.faults(),
                terminated,
                strikes.crashed(),
                tally,
                problems,
                strikes.worstResumeNanos(),
                restSeconds,
                seconds());
    }

    private static void count(List<String> problems, Connection connection, String what, String sql)
            throws SQLException {
        long many = SagaTruth.number(connection, sql);
        if (many > 0) {
            problems.add(what + ": " + many);
        }
    }

    @Override
    public String log() {
        Killer present = killer;
        if (present == null) {
            return "nothing was started";
        }
        Stream<String> done = present.actions().stream().map(Killer.Action::toString);
        return Stream.concat(done, List.copyOf(said).stream()).sorted().collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        if (killer != null) {
            killer.close();
        }
        databaseNetworks.close();
        participantNetworks.close();
        postgres.close();
    }
}
