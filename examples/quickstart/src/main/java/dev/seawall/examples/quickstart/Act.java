package dev.seawall.examples.quickstart;

/** The script of the play: what is wrong with the service, and for how long. */
enum Act {
    WELL("well", 2, "answers come within 20 ms"),
    SLOW("slow", 3.5, "1 answer in 4 takes 2 s"),
    OVERLOADED("overloaded", 3.5, "1 answer in 3 is: 503, Retry-After: 1"),
    CUT("cut off", 4, "2 answers in 5 break off in the middle"),
    DEAD("dead", 4, "it takes requests and answers none"),
    WELL_AGAIN("well again", 3, "answers come within 20 ms");

    final String title;
    final double seconds;
    final String description;

    Act(String title, double seconds, String description) {
        this.title = title;
        this.seconds = seconds;
        this.description = description;
    }
}
