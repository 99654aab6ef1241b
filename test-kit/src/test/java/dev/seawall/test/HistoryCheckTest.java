package dev.seawall.test;

import static dev.seawall.test.HistoryEvent.Commit.COMMITTED;
import static dev.seawall.test.HistoryEvent.Commit.ROLLED_BACK;
import static dev.seawall.test.HistoryEvent.Commit.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Applied;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryEvent.Published;
import dev.seawall.test.HistoryReport.Kind;
import dev.seawall.test.HistoryReport.Violation;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Histories made by hand: each broken promise, and what comes near it and is none. */
final class HistoryCheckTest {

    private final HistoryCheck check = HistoryCheck.create();
    private long arrivals;

    @Test
    void nothing_isClean() {
        assertThat(check.report().isClean()).isTrue();
        check.report().assertClean();
    }

    @Test
    void committedAndArrived_isClean() {
        add("a", 1, COMMITTED);
        publish("a", 1);

        assertClean();
    }

    @Test
    void committedAndNeverArrived_isLost() {
        add("a", 1, COMMITTED);
        add("a", 2, COMMITTED);
        publish("a", 2);

        assertFound(Kind.LOST, "message a1 (a #1) was committed and never arrived");
    }

    @Test
    void unknownThenCommitted_neverArrived_isLost() {
        add("a", 1, COMMITTED);
        add("a", 1, UNKNOWN);

        assertFound(Kind.LOST, "message a1 (a #1) was committed and never arrived");
    }

    @Test
    void unknown_arrivedOrNot_isClean() {
        add("a", 1, UNKNOWN);
        add("a", 2, UNKNOWN);
        publish("a", 2);

        assertClean();
        assertThat(check.report().unknown()).isEqualTo(2);
    }

    @Test
    void rolledBack_notArrived_isClean() {
        add("a", 1, ROLLED_BACK);
        add("a", 2, COMMITTED);
        publish("a", 2);

        assertClean();
    }

    @Test
    void rolledBackAndArrived_isAPhantom() {
        add("a", 1, UNKNOWN);
        add("a", 1, ROLLED_BACK);
        publish("a", 1);

        assertFound(Kind.PHANTOM, "message a1 (a #1) arrived, and was rolled back");
    }

    @Test
    void neverAddedAndArrived_isAPhantom() {
        publish("a", 1);

        assertFound(Kind.PHANTOM, "message a1 (a #1) arrived, and was never added");
    }

    @Test
    void committedAndRolledBack_contradict() {
        add("a", 1, COMMITTED);
        add("a", 1, ROLLED_BACK);
        publish("a", 1);

        assertFound(Kind.CONTRADICTION, "message a1 (a #1) was both committed and rolled back");
    }

    @Test
    void firstArrivalsInOrder_otherKeysBetween_areClean() {
        addAndPublish("a", 1);
        addAndPublish("b", 7);
        addAndPublish("a", 2);
        addAndPublish("b", 8);

        assertClean();
    }

    @Test
    void firstArrivalAfterALaterOne_isOutOfOrder() {
        addAndPublish("a", 1);
        addAndPublish("a", 3);
        addAndPublish("a", 2);
        addAndPublish("a", 4);

        assertFound(Kind.ORDER, "message a2 (a #2) first arrived as number 3, after #3 had arrived as number 2");
    }

    @Test
    void eventsOutOfOrder_arrivalsInOrder_areClean() {
        check.add(new Published("a2", "a", 2, 12, 0, 1, 2));
        check.add(new Published("a1", "a", 1, 11, 0, 1, 1));
        add("a", 2, COMMITTED);
        add("a", 1, COMMITTED);

        assertClean();
    }

    @Test
    void olderMessageAgain_isADuplicateAndNoDisorder() {
        check.allowDuplicates(2, 1);
        addAndPublish("a", 1);
        addAndPublish("a", 2);
        addAndPublish("a", 3);
        publish("a", 1);
        publish("a", 2);

        assertClean();
        assertThat(check.report().duplicates()).isEqualTo(2);
        assertThat(check.report().published()).isEqualTo(3);
    }

    @Test
    void oneDuplicateTooMany_isFound() {
        check.allowDuplicates(2, 1);
        addAndPublish("a", 1);
        addAndPublish("a", 2);
        addAndPublish("a", 3);
        publish("a", 1);
        publish("a", 2);
        publish("a", 3);

        assertFound(
                Kind.DUPLICATES,
                "3 duplicates arrived, of at most 2: 2 in flight at each of 1 disruptions, and 0 unconfirmed");
    }

    @Test
    void oneMessageMoreOftenThanDisruptions_isFound() {
        check.allowDuplicates(10, 1);
        addAndPublish("a", 1);
        publish("a", 1);
        publish("a", 1);

        assertFound(Kind.DUPLICATES, "message a1 (a #1) arrived 3 times, with 1 disruptions and 0 unconfirmed");
    }

    @Test
    void duplicateOfAnUnconfirmedMessage_isClean() {
        check.allowUnconfirmed(1);
        addAndPublish("a", 1);
        publish("a", 1);

        assertClean();
        assertThat(check.report().allowedDuplicates()).isEqualTo(1);
    }

    @Test
    void asManyAsInFlightAgainAfterATakeover_areClean() {
        check.allowDuplicates(2, 100);
        publishInEpochs(2, 1, 2);

        assertClean();
    }

    @Test
    void moreThanInFlightAgainAfterATakeover_areFoundThoughTheSumIsSmall() {
        check.allowDuplicates(2, 100);
        publishInEpochs(3, 1, 2);

        assertFound(
                Kind.DUPLICATES,
                "3 messages that arrived in epoch 1 of partition 0 arrived in later epochs too, of at most 2 in flight");
    }

    @Test
    void lateDuplicatesOfAStalledOwner_areThoseOfItsEpoch() {
        check.allowDuplicates(2, 100);
        publishInEpochs(3, 2, 1);

        assertThat(check.report().violations())
                .extracting(Violation::explanation)
                .containsExactly("3 messages that arrived in epoch 1 of partition 0 arrived in later epochs too,"
                        + " of at most 2 in flight");
    }

    @Test
    void moreThanUnconfirmedAgainInTheSameEpoch_areFoundThoughTheSumIsSmall() {
        check.allowDuplicates(10, 100).allowUnconfirmed(2);
        publishInEpochs(3, 7, 7);

        assertFound(
                Kind.DUPLICATES,
                "3 duplicates arrived in the epoch of the first arrival or of another duplicate, of at most 2 unconfirmed");
    }

    @Test
    void asManyAsUnconfirmedAgainInTheSameEpoch_areClean() {
        check.allowUnconfirmed(3);
        publishInEpochs(3, 7, 7);

        assertClean();
    }

    @Test
    void arrivalWrittenDownTwice_isOneArrival() {
        add("a", 1, COMMITTED);
        check.add(new Published("a1", "a", 1, 5, 0, 1, 1));
        check.add(new Published("a1", "a", 1, 5, 0, 1, 1));

        assertClean();
        assertThat(check.report().duplicates()).isZero();
    }

    @Test
    void twoMessagesInOneArrival_contradict() {
        add("a", 1, COMMITTED);
        add("a", 2, COMMITTED);
        check.add(new Published("a1", "a", 1, 5, 0, 1, 1));
        check.add(new Published("a2", "a", 2, 5, 0, 1, 2));

        assertFound(Kind.CONTRADICTION, "message a2 (a #2) has the arrival number 5 of message a1 (a #1)");
    }

    @Test
    void arrivedWithANewId_isUnstable() {
        add("a", 1, COMMITTED);
        publish("a", 1);
        check.add(new Published("other", "a", 1, ++arrivals, 0, 1, 1));

        assertThat(check.report().count(Kind.UNSTABLE_ID)).isEqualTo(2);
        assertThat(check.report().violations())
                .extracting(Violation::explanation)
                .contains("message other (a #1) arrived, and was added as message a1 (a #1)");
    }

    @Test
    void idOfTwoMessages_isUnstable() {
        addAndPublish("a", 1);
        check.add(new Published("a1", "a", 2, ++arrivals, 0, 1, 1));

        assertThat(check.report().count(Kind.UNSTABLE_ID)).isEqualTo(1);
    }

    @Test
    void numberRolledBackAndGivenAgain_isClean() {
        check.add(new Added("first try", "a", 1, ROLLED_BACK));
        check.add(new Added("second try", "a", 1, UNKNOWN));
        check.add(new Added("third try", "a", 1, COMMITTED));
        check.add(new Published("third try", "a", 1, 1, 0, 1, 1));

        assertClean();
    }

    @Test
    void numberCommittedTwice_contradicts() {
        check.add(new Added("one", "a", 1, COMMITTED));
        check.add(new Added("two", "a", 1, COMMITTED));
        check.add(new Published("two", "a", 1, 1, 0, 1, 1));

        assertThat(check.report().count(Kind.CONTRADICTION)).isEqualTo(1);
    }

    @Test
    void otherPlaceTheSecondTime_isFound() {
        check.allowDuplicates(1, 1);
        addAndPublish("a", 1);
        check.add(new Published("a1", "a", 1, 9, 0, 2, 17));

        assertFound(Kind.POSITION, "message a1 (a #1) arrived from 0/1 and from 0/17");
    }

    @Test
    void otherEpochTheSecondTime_isClean() {
        check.allowDuplicates(1, 1);
        addAndPublish("a", 1);
        check.add(new Published("a1", "a", 1, 9, 0, 2, 1));

        assertClean();
    }

    @Test
    void placesAgainstTheOrderOfTheProducer_areFound() {
        add("a", 1, COMMITTED);
        add("a", 2, COMMITTED);
        check.add(new Published("a1", "a", 1, 1, 0, 1, 20));
        check.add(new Published("a2", "a", 2, 2, 0, 1, 10));

        assertFound(Kind.POSITION, "message a2 (a #2) is at 0/10, and message a1 (a #1) at 0/20");
    }

    @Test
    void placesUnknown_areNotJudged() {
        add("a", 1, COMMITTED);
        add("a", 2, COMMITTED);
        check.add(new Published("a1", "a", 1, 1, 0, 0, 0));
        check.add(new Published("a2", "a", 2, 2, 0, 0, 0));

        assertClean();
    }

    @Test
    void effectOnceForEachConsumer_isClean() {
        check.expectEffectsOf("ledger", "mail");
        addAndPublish("a", 1);
        check.add(new Applied("a1", "ledger"));
        check.add(new Applied("a1", "mail"));

        assertClean();
        assertThat(check.report().applied()).isEqualTo(2);
    }

    @Test
    void effectTwice_isFound() {
        check.expectEffectsOf("ledger");
        addAndPublish("a", 1);
        check.add(new Applied("a1", "ledger"));
        check.add(new Applied("a1", "ledger"));

        assertFound(Kind.APPLIED_TWICE, "message a1 (a #1) was applied more than once by 'ledger'");
    }

    @Test
    void effectOfOneConsumerMissing_isFound() {
        check.expectEffectsOf("ledger", "mail");
        addAndPublish("a", 1);
        check.add(new Applied("a1", "ledger"));

        assertFound(Kind.NOT_APPLIED, "message a1 (a #1) arrived, and 'mail' did not apply it");
    }

    @Test
    void effectOfAMessageThatNeverArrived_isAPhantom() {
        check.expectEffectsOf("ledger");
        add("a", 1, UNKNOWN);
        check.add(new Applied("a1", "ledger"));

        assertFound(Kind.PHANTOM, "message a1 (a #1) was applied, and never arrived");
    }

    @Test
    void effectOfAMessageNobodyKnows_isAPhantom() {
        check.expectEffectsOf("ledger");
        check.add(new Applied("a1", "ledger"));

        assertFound(Kind.PHANTOM, "message a1 (of no known key) was applied, and was never added");
    }

    @Test
    void effectsOfManyConsumers_areToldApart() {
        String[] consumers = new String[32];
        for (int number = 0; number < consumers.length; number++) {
            consumers[number] = "c" + number;
        }
        check.expectEffectsOf(consumers);
        addAndPublish("a", 1);
        for (String consumer : consumers) {
            check.add(new Applied("a1", consumer));
        }
        assertClean();

        check.add(new Applied("a1", "c31"));

        assertFound(Kind.APPLIED_TWICE, "message a1 (a #1) was applied more than once by 'c31'");
    }

    @Test
    void consumerNotExpected_isRefused() {
        check.expectEffectsOf("ledger");

        assertThatThrownBy(() -> check.add(new Applied("a1", "mail")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("consumer must be one of [ledger], was 'mail'");
    }

    @Test
    void uuidInCapitals_isAnotherIdThanInSmallLetters() {
        String id = UUID.nameUUIDFromBytes(new byte[] {1}).toString();
        check.add(new Added(id, "a", 1, COMMITTED));
        check.add(new Published(id.toUpperCase(Locale.ROOT), "a", 1, 1, 0, 1, 1));

        assertThat(check.report().count(Kind.UNSTABLE_ID)).isEqualTo(1);
    }

    @Test
    void report_afterMoreEvents_judgesAnew() {
        add("a", 1, COMMITTED);
        assertThat(check.report().count(Kind.LOST)).isEqualTo(1);

        publish("a", 1);

        assertClean();
        assertClean();
    }

    @Test
    void report_manyViolations_countsAllAndKeepsSome() {
        for (int sequence = 1; sequence <= 1_500; sequence++) {
            add("a", sequence, COMMITTED);
        }

        assertThat(check.report().count(Kind.LOST)).isEqualTo(1_500);
        assertThat(check.report().violations()).hasSize(1_000);
    }

    @Test
    void assertClean_violations_areShownAfterTheSummary() {
        add("a", 1, COMMITTED);
        add("b", 1, ROLLED_BACK);
        add("b", 2, UNKNOWN);
        publish("b", 2);
        publish("b", 2);

        assertThatThrownBy(() -> check.report().assertClean())
                .isInstanceOf(AssertionError.class)
                .hasMessage("1 committed, 1 rolled back, 1 unknown of 2 keys; 1 published, 1 duplicates (0 allowed), "
                        + "0 applied; 1 LOST, 2 DUPLICATES\n"
                        + "LOST: message a1 (a #1) was committed and never arrived\n"
                        + "DUPLICATES: 1 duplicates arrived, of at most 0: 0 in flight at each of 0 disruptions, "
                        + "and 0 unconfirmed\n"
                        + "DUPLICATES: message b2 (b #2) arrived 2 times, with 0 disruptions and 0 unconfirmed");
    }

    @Test
    void allowDuplicates_negative_isRefused() {
        assertThatThrownBy(() -> check.allowDuplicates(-1, 0)).hasMessage("inFlight must not be negative, was -1");
        assertThatThrownBy(() -> check.allowUnconfirmed(-1)).hasMessage("unconfirmed must not be negative, was -1");
        assertThatThrownBy(() -> check.allowDuplicates(0, -1)).hasMessage("disruptions must not be negative, was -1");
    }

    private void publishInEpochs(int messages, long... epochs) {
        for (int sequence = 1; sequence <= messages; sequence++) {
            add("a", sequence, COMMITTED);
        }
        for (long epoch : epochs) {
            for (int sequence = 1; sequence <= messages; sequence++) {
                check.add(new Published("a" + sequence, "a", sequence, ++arrivals, 0, epoch, sequence));
            }
        }
    }

    private void addAndPublish(String key, long sequence) {
        add(key, sequence, COMMITTED);
        publish(key, sequence);
    }

    private void add(String key, long sequence, Commit commit) {
        check.add(new Added(key + sequence, key, sequence, commit));
    }

    private void publish(String key, long sequence) {
        check.add(new Published(key + sequence, key, sequence, ++arrivals, 0, 0, sequence));
    }

    private void assertClean() {
        check.report().assertClean();
    }

    private void assertFound(Kind kind, String explanation) {
        assertThat(check.report().violations())
                .extracting(Violation::kind, Violation::explanation)
                .containsExactly(tuple(kind, explanation));
    }
}
