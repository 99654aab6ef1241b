-- Points in time are microseconds since 1970, by the clock of this database.

-- What was published, for relays that are told to keep it. Nothing is unique but archive_id: whatever is published must fit in.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}outbox_archive` (
  archive_id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  part smallint NOT NULL,
  seq bigint NOT NULL,
  topic varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  msg_key varbinary(800) NOT NULL,
  keyed boolean NOT NULL,
  id binary(16) NOT NULL,
  type varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version integer NOT NULL,
  content_type varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  headers mediumtext CHARACTER SET utf8mb4,
  payload longblob NOT NULL,
  created_at bigint NOT NULL,
  published_at bigint NOT NULL,
  KEY (published_at),
  KEY (id)
) ENGINE = InnoDB;

INSERT IGNORE INTO ${schema}`${prefix}schema` (part, version) VALUES ('outbox', 2);
