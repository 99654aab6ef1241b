package dev.seawall.idempotency;

/**
 * Encrypts answers before they are stored. Use authenticated encryption, such as AES-GCM with a fresh nonce for each answer, and
 * write which key was used into the result, so that keys can be changed.
 *
 * <p>Implementations must be safe for any number of threads.
 */
public interface AnswerCipher {

    /**
     * Encrypts.
     *
     * @param plain what to encrypt
     * @param context goes in as associated data: it binds the answer to its key, so that answers cannot be exchanged
     * @return all that is needed to decrypt, but for the secret
     * @throws Exception if it cannot be done
     */
    byte[] encrypt(byte[] plain, byte[] context) throws Exception;

    /**
     * Decrypts.
     *
     * @param encrypted what {@link #encrypt} returned, perhaps long ago, or what an attacker made
     * @param context the same associated data
     * @return what was encrypted
     * @throws Exception if it was not encrypted for this context by a known key
     */
    byte[] decrypt(byte[] encrypted, byte[] context) throws Exception;
}
