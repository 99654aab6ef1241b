-- Points in time are microseconds since 1970, by the clock of this database.

CREATE TABLE IF NOT EXISTS ${schema}`${prefix}schema` (
  part varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version integer NOT NULL,
  installed_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (part, version)
) ENGINE = InnoDB;

-- Who is alive. Renewed every few seconds: kept small, and away from what changes seldom.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}node` (
  id varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name varchar(200) CHARACTER SET utf8mb4 NOT NULL,
  work varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ttl bigint NOT NULL,
  lease_until bigint NOT NULL
) ENGINE = InnoDB;

-- What there is to share, and how keys are spread; all nodes must agree.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}work` (
  work varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  partitions integer NOT NULL,
  hash varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB;

-- Who does which part. Written only when a part changes hands.
CREATE TABLE IF NOT EXISTS ${schema}`${prefix}partition` (
  work varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  part smallint NOT NULL,
  owner varchar(40) CHARACTER SET ascii COLLATE ascii_bin,
  epoch bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (work, part)
) ENGINE = InnoDB;

INSERT IGNORE INTO ${schema}`${prefix}schema` (part, version) VALUES ('nodes', 1);
