package dev.seawall.test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the tests run as a process of its own. The first argument says what it does. */
final class ChildProgram {

    private ChildProgram() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "tell" -> tell(args);
            case "exit" -> System.exit(Integer.parseInt(args[1]));
            case "flood" -> flood();
            case "wait" -> waitForever();
            case "count" -> count();
            case "wait without watch" -> waitWithoutWatch();
            case "parent" -> parent(args[1]);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void tell(String[] args) {
        say("argument " + args[1]);
        say("property " + System.getProperty("told"));
        say("environment " + System.getenv("TOLD"));
        System.err.println("error output");
        System.out.print("no line end");
    }

    private static void flood() {
        for (int number = 1; number <= 5_000; number++) {
            say("line " + number);
        }
        say("x".repeat(100_000));
        say("done");
    }

    private static void waitForever() throws InterruptedException {
        ChildJvm.exitWithParent();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> say("hook")));
        say("ready");
        new CountDownLatch(1).await();
    }

    /** Must be killed by somebody else, and ends after a minute if nobody does. */
    private static void waitWithoutWatch() throws InterruptedException {
        say("ready");
        new CountDownLatch(1).await(1, TimeUnit.MINUTES);
    }

    /** Shows that it is not stopped. */
    private static void count() throws InterruptedException {
        ChildJvm.exitWithParent();
        CountDownLatch never = new CountDownLatch(1);
        for (int number = 1; ; number++) {
            say("count " + number);
            if (never.await(10, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /** Has a child itself, and tells its number. */
    private static void parent(String childsWork) throws InterruptedException {
        ChildJvm child = ChildJvm.of(ChildProgram.class).args(childsWork).start();
        child.awaitLine("ready"::equals, Duration.ofSeconds(30));
        say("child " + child.pid());
        waitForever();
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
