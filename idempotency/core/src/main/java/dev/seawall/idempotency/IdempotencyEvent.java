package dev.seawall.idempotency;

/** What happens to requests, for those who {@linkplain Idempotency#on listen}. No event shows a key, a tenant or an answer. */
public sealed interface IdempotencyEvent {

    /**
     * Who tells it.
     *
     * @return the name of the {@link Idempotency}
     */
    String name();

    /**
     * What was asked for.
     *
     * @return the operation
     */
    String operation();

    /**
     * The beginning of the key's hash.
     *
     * @return 8 hexadecimal digits
     */
    String keyHash();

    /**
     * The work ran, and its result was stored, or freed the key as it should.
     *
     * @param name who tells it
     * @param operation what was asked for
     * @param keyHash the beginning of the key's hash
     */
    record Executed(String name, String operation, String keyHash) implements IdempotencyEvent {}

    /**
     * A request was answered from the store.
     *
     * @param name who tells it
     * @param operation what was asked for
     * @param keyHash the beginning of the key's hash
     */
    record Replayed(String name, String operation, String keyHash) implements IdempotencyEvent {}

    /**
     * A request found itself being worked on.
     *
     * @param name who tells it
     * @param operation what was asked for
     * @param keyHash the beginning of the key's hash
     */
    record InProgress(String name, String operation, String keyHash) implements IdempotencyEvent {}

    /**
     * A request came with the key of another one.
     *
     * @param name who tells it
     * @param operation what was asked for
     * @param keyHash the beginning of the key's hash
     */
    record Mismatched(String name, String operation, String keyHash) implements IdempotencyEvent {}

    /**
     * The claim of another had lapsed, and its request is run here.
     *
     * @param name who tells it
     * @param operation what was asked for
     * @param keyHash the beginning of the key's hash
     */
    record TakenOver(String name, String operation, String keyHash) implements IdempotencyEvent {}

    /**
     * The claim was taken over by another while its work ran here.
     *
     * @param name who tells it
     * @param operation what was asked for
     * @param keyHash the beginning of the key's hash
     */
    record ClaimLost(String name, String operation, String keyHash) implements IdempotencyEvent {}

    /**
     * The work was done, and its answer could not be written: it cannot be replayed.
     *
     * @param name who tells it
     * @param operation what was asked for
     * @param keyHash the beginning of the key's hash
     * @param failure why not
     */
    record AnswerLost(String name, String operation, String keyHash, RuntimeException failure)
            implements IdempotencyEvent {}

    /**
     * The store did not do what it was asked.
     *
     * @param name who tells it
     * @param operation what was asked for
     * @param keyHash the beginning of the key's hash
     * @param failure what it threw
     */
    record StoreFailed(String name, String operation, String keyHash, RuntimeException failure)
            implements IdempotencyEvent {}
}
