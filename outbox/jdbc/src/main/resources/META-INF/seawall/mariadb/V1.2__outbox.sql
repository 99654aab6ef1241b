-- Points in time are microseconds since 1970, by the clock of this database.

-- What was committed and not yet published. Rows are inserted and deleted, never updated. 
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}outbox_message` (
  part smallint NOT NULL,
  seq bigint NOT NULL AUTO_INCREMENT,
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
  PRIMARY KEY (part, seq),
  UNIQUE KEY (seq)
) ENGINE = InnoDB;

-- Messages that are not due yet. They get their place in the order of their key when they are.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}outbox_delayed` (
  id binary(16) PRIMARY KEY,
  due_at bigint NOT NULL,
  part smallint NOT NULL,
  topic varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  msg_key varbinary(800) NOT NULL,
  keyed boolean NOT NULL,
  type varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version integer NOT NULL,
  content_type varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  headers mediumtext CHARACTER SET utf8mb4,
  payload longblob NOT NULL,
  created_at bigint NOT NULL,
  KEY (part, due_at)
) ENGINE = InnoDB;

-- One row for each key whose first message has failed; next_at is null if it waits for a human.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}outbox_blocked` (
  part smallint NOT NULL,
  topic varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  msg_key varbinary(800) NOT NULL,
  block_id bigint NOT NULL AUTO_INCREMENT,
  from_seq bigint NOT NULL,
  attempts integer NOT NULL,
  next_at bigint,
  error text CHARACTER SET utf8mb4,
  changed_at bigint NOT NULL,
  PRIMARY KEY (part, topic, msg_key),
  UNIQUE KEY (block_id)
) ENGINE = InnoDB;

-- Messages taken out of the way, waiting for a human.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}outbox_parked` (
  id binary(16) PRIMARY KEY,
  part smallint NOT NULL,
  topic varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  msg_key varbinary(800) NOT NULL,
  keyed boolean NOT NULL,
  type varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version integer NOT NULL,
  content_type varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  headers mediumtext CHARACTER SET utf8mb4,
  payload longblob NOT NULL,
  created_at bigint NOT NULL,
  attempts integer NOT NULL,
  error text CHARACTER SET utf8mb4,
  parked_at bigint NOT NULL
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS ${schema}`${prefix}outbox_paused` (
  topic varchar(200) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  paused_at bigint NOT NULL,
  paused_by varchar(200) CHARACTER SET utf8mb4 NOT NULL
) ENGINE = InnoDB;

-- What humans did.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}outbox_audit` (
  audit_id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at bigint NOT NULL,
  who varchar(200) CHARACTER SET utf8mb4 NOT NULL,
  action varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject varchar(200) CHARACTER SET utf8mb4 NOT NULL
) ENGINE = InnoDB;

INSERT IGNORE INTO ${schema}`${prefix}work` (work, partitions, hash) VALUES ('outbox', 64, 'fnv1a-32');
INSERT IGNORE INTO ${schema}`${prefix}partition` (work, part) SELECT 'outbox', a.n + 8 * b.n FROM
  (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7) a,
  (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7) b;
INSERT IGNORE INTO ${schema}`${prefix}schema` (part, version) VALUES ('outbox', 1);
