-- Points in time are microseconds since 1970, by the clock of this database.

-- Requests that are being worked on (answer is null) or done. A record that has ended is as good as none.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}idempotency` (
  key_hash binary(32) PRIMARY KEY,
  fingerprint binary(32) NOT NULL,
  token binary(16), -- who holds the claim or completed it; null if it was released, or done in a transaction
  claimed_until bigint NOT NULL,
  taken_over boolean NOT NULL,
  answer longblob,
  points longblob,
  expires_at bigint NOT NULL,
  KEY (expires_at)
) ENGINE = InnoDB;

INSERT IGNORE INTO ${schema}`${prefix}schema` (part, version) VALUES ('idempotency', 1);
