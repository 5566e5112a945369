-- The tables of the pipeline tests; catalog/*.pgcatalog are pulled from a database with these.
CREATE TABLE notes (id int8 PRIMARY KEY, title text NOT NULL, body text, amount numeric(12,2), at timestamptz);

-- EXTERNAL: stored out of line without compression as soon as a row passes 2 KB, so that updates leave the value out.
CREATE TABLE documents (id int8 PRIMARY KEY, title text NOT NULL, body text NOT NULL, extra jsonb, scan bytea);
ALTER TABLE documents ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN scan SET STORAGE EXTERNAL;

CREATE TABLE readings (station varchar(20), taken_at timestamp, value float8, flags int4[], PRIMARY KEY (station, taken_at));

CREATE TABLE archive (id uuid PRIMARY KEY, body text NOT NULL, tags text[]);
ALTER TABLE archive ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE archive REPLICA IDENTITY FULL;

CREATE TABLE events (id int8, day date NOT NULL, what text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
-- Its attributes stand in another order than the root's.
CREATE TABLE events_new (what text, day date NOT NULL, gone int, id int8 NOT NULL);
ALTER TABLE events_new DROP COLUMN gone;
ALTER TABLE events ATTACH PARTITION events_new FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);

-- No key; only added to.
CREATE TABLE clicks (at timestamptz, page text NOT NULL, weight float8, hit int8);
ALTER TABLE clicks REPLICA IDENTITY FULL;

-- A type without a binary codec: the whole pipeline streams text.
CREATE TABLE hosts (address inet PRIMARY KEY, name varchar(40) NOT NULL, seen timestamptz, load numeric(6,3), ok bool, raw bytea, at date, t time, f4 float4, u uuid, tags text[]);
