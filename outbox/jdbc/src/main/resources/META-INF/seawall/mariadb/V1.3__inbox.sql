-- Points in time are microseconds since 1970, by the clock of this database.

-- Which consumer has had which message.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}inbox` (
  consumer varbinary(400) NOT NULL,
  message_id varbinary(800) NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (consumer, message_id),
  KEY (received_at)
) ENGINE = InnoDB;

INSERT IGNORE INTO ${schema}`${prefix}schema` (part, version) VALUES ('inbox', 1);
