-- Points in time are microseconds since 1970, by the clock of this database.

CREATE TABLE ${schema}"${prefix}schema" (
  part text NOT NULL,
  version integer NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (part, version)
);

-- Who is alive. Renewed every few seconds: kept small, and away from what changes seldom.
CREATE TABLE ${schema}"${prefix}node" (
  id text PRIMARY KEY,
  name text NOT NULL,
  work text NOT NULL,
  ttl bigint NOT NULL,
  lease_until bigint NOT NULL
) WITH (fillfactor = 50);

-- What there is to share, and how keys are spread; all nodes must agree.
CREATE TABLE ${schema}"${prefix}work" (
  work text PRIMARY KEY,
  partitions integer NOT NULL,
  hash text NOT NULL
);

-- Who does which part. Written only when a part changes hands.
CREATE TABLE ${schema}"${prefix}partition" (
  work text NOT NULL,
  part smallint NOT NULL,
  owner text,
  epoch bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (work, part)
);

INSERT INTO ${schema}"${prefix}schema" (part, version) VALUES ('nodes', 1);
