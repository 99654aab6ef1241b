-- Points in time are microseconds since 1970, by the clock of this database.

CREATE TABLE ${schema}"${prefix}schema" (
  part varchar(200) NOT NULL,
  version integer NOT NULL,
  installed_at timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (part, version)
);

-- Who is alive. Renewed every few seconds: kept small, and away from what changes seldom.
CREATE TABLE ${schema}"${prefix}node" (
  id varchar(200) PRIMARY KEY,
  name varchar(200) NOT NULL,
  work varchar(200) NOT NULL,
  ttl bigint NOT NULL,
  lease_until bigint NOT NULL
);

-- What there is to share, and how keys are spread; all nodes must agree.
CREATE TABLE ${schema}"${prefix}work" (
  work varchar(200) PRIMARY KEY,
  partitions integer NOT NULL,
  hash varchar(200) NOT NULL
);

-- Who does which part. Written only when a part changes hands.
CREATE TABLE ${schema}"${prefix}partition" (
  work varchar(200) NOT NULL,
  part smallint NOT NULL,
  owner varchar(200),
  epoch bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (work, part)
);

INSERT INTO ${schema}"${prefix}schema" (part, version) VALUES ('nodes', 1);
