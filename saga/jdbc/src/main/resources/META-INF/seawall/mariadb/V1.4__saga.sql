-- Points in time are microseconds since 1970, by the clock of this database.

-- One row for each saga. An active one has either an owner, who works on it, or a time when it is due; both are null in all others,
-- so that what has ended is not looked at.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}saga` (
  definition varbinary(400) NOT NULL,
  id varbinary(200) NOT NULL,
  version integer NOT NULL,
  input_hash varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state_type varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state_version integer NOT NULL,
  content_type varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state longblob NOT NULL,
  progress longtext CHARACTER SET utf8mb4 NOT NULL,
  step varchar(200) CHARACTER SET utf8mb4,
  reason longtext CHARACTER SET utf8mb4,
  owner varchar(40) CHARACTER SET ascii COLLATE ascii_bin,
  epoch bigint NOT NULL,
  rev bigint NOT NULL,
  recoveries integer NOT NULL,
  cancel_requested boolean NOT NULL,
  woken boolean NOT NULL,
  start_token bigint NOT NULL,
  created_at bigint NOT NULL,
  deadline_at bigint,
  due_at bigint,
  ended_at bigint,
  PRIMARY KEY (definition, id),
  KEY (due_at),
  KEY (owner),
  KEY (ended_at),
  KEY (status, created_at)
) ENGINE = InnoDB;

-- What happened, for people. Nothing is decided by it.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}saga_log` (
  definition varbinary(400) NOT NULL,
  saga_id varbinary(200) NOT NULL,
  rev bigint NOT NULL,
  line integer NOT NULL,
  at bigint NOT NULL,
  node varchar(200) CHARACTER SET utf8mb4,
  epoch bigint NOT NULL,
  step varchar(200) CHARACTER SET utf8mb4,
  kind varchar(40) CHARACTER SET utf8mb4 NOT NULL,
  attempt integer NOT NULL,
  text text CHARACTER SET utf8mb4,
  PRIMARY KEY (definition, saga_id, rev, line)
) ENGINE = InnoDB;

-- Used ones stay as long as their saga: whether one was stored can always be told.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}saga_signal` (
  definition varbinary(400) NOT NULL,
  saga_id varbinary(200) NOT NULL,
  number bigint NOT NULL,
  name varchar(200) CHARACTER SET utf8mb4 NOT NULL,
  payload_type varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payload_version integer NOT NULL,
  content_type varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payload longblob NOT NULL,
  at bigint NOT NULL,
  sender varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  used_rev bigint,
  PRIMARY KEY (definition, saga_id, number)
) ENGINE = InnoDB;

-- Which versions some node has named, and when it last did.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}saga_version` (
  definition varbinary(400) NOT NULL,
  version integer NOT NULL,
  named_at bigint NOT NULL,
  PRIMARY KEY (definition, version)
) ENGINE = InnoDB;

INSERT IGNORE INTO ${schema}`${prefix}schema` (part, version) VALUES ('saga', 1);
