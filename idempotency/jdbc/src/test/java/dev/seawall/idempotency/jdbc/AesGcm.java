package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.AnswerCipher;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

// The cipher of the page, as it stands there.
// spotless:off
final class AesGcm implements AnswerCipher {

    private final SecretKey secret;
    private final SecureRandom random = new SecureRandom();

    AesGcm(SecretKey secret) {
        this.secret = secret;
    }

    @Override
    public byte[] encrypt(byte[] plain, byte[] context) throws GeneralSecurityException {
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
        return ByteBuffer.allocate(nonce.length + encrypted.length).put(nonce).put(encrypted).array();
    }

    @Override
    public byte[] decrypt(byte[] encrypted, byte[] context) throws GeneralSecurityException {
        byte[] nonce = new byte[12];
        ByteBuffer.wrap(encrypted).get(nonce);
        return cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(encrypted, 12, encrypted.length - 12);
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, secret, new GCMParameterSpec(128, nonce));
        cipher.updateAAD(context);
        return cipher;
    }
}
// spotless:on
