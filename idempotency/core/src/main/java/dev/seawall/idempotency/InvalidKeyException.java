package dev.seawall.idempotency;

/** A tenant, operation or key is not allowed. The message says the rule, never the value. An HTTP server answers 400. */
public final class InvalidKeyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    InvalidKeyException(String message) {
        super(message);
    }
}
