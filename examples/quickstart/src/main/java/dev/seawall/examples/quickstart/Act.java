package dev.seawall.examples.quickstart;

/** The script of the play: what is wrong with the service or its callers, and for how long. */
enum Act {
    WELL("well", 1.5, 1, "answers come within 20 ms"),
    RUSH("rush", 2, 10, "10 times as many calls; the service takes 110 a second"),
    CROWDED("crowded", 2.5, 4, "4 times as many calls; answers take 200 ms, or more if crowded"),
    SLOW("slow", 3, 1, "1 answer in 4 takes 2 s"),
    OVERLOADED("overloaded", 3, 1, "1 answer in 3 is: 503, Retry-After: 1"),
    CUT("cut off", 3, 1, "2 answers in 5 break off in the middle"),
    DEAD("dead", 3.5, 1, "it takes requests and answers none"),
    WELL_AGAIN("well again", 2.5, 1, "answers come within 20 ms");

    final String title;
    final double seconds;
    final int rush;
    final String description;

    Act(String title, double seconds, int rush, String description) {
        this.title = title;
        this.seconds = seconds;
        this.rush = rush;
        this.description = description;
    }
}
