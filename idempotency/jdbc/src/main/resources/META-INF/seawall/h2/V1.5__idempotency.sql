-- Points in time are microseconds since 1970, by the clock of this database.

-- Requests that are being worked on (answer is null) or done. A record that has ended is as good as none.
CREATE TABLE ${schema}"${prefix}idempotency" (
  key_hash varbinary(32) PRIMARY KEY,
  fingerprint varbinary(32) NOT NULL,
  token uuid, -- who holds the claim or completed it; null if it was released, or done in a transaction
  claimed_until bigint NOT NULL,
  taken_over boolean NOT NULL,
  answer varbinary(100000000),
  points varbinary(100000000),
  expires_at bigint NOT NULL
);
CREATE INDEX "${prefix}idempotency_expires" ON ${schema}"${prefix}idempotency" (expires_at);

INSERT INTO ${schema}"${prefix}schema" (part, version) VALUES ('idempotency', 1);
