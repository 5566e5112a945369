-- The tables of the ahead-of-time program; catalog/*.pgcatalog are pulled from a database with these.
CREATE TYPE mood AS ENUM ('calm', 'on edge', 'gone');
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');

-- Every type whose binary format the type contract reads: streamed in binary.
CREATE TABLE every_binary_type (
    id int8 PRIMARY KEY,
    flag bool, small int2, whole int4, big int8, object oid, transaction xid, command cid, single float4, twice float8,
    amount numeric(14,2), wide numeric(38,10), huge numeric(50,5), loose numeric,
    label text, short_name name, code varchar(20), fixed char(5), contact email,
    content bytea, digest bytea,
    day date, clock time, local timestamp, instant timestamptz, ref uuid,
    document json, tree jsonb, document_text json, tree_text jsonb, state mood,
    flags bool[], smalls int2[], wholes int4[], bigs int8[], singles float4[], doubles float8[], amounts numeric(10,2)[], labels text[], states mood[],
    days date[], clocks time[], locals timestamp[], instants timestamptz[], refs uuid[], trees jsonb[]
);

-- Every type that is carried as the text Postgres prints: a pipeline with one of them streams text.
CREATE TABLE every_text_type (
    id numeric(20,0) PRIMARY KEY,
    price money, bits bit(8), more_bits bit varying(20), counter xid8, wal pg_lsn, place tid, seen pg_snapshot, seen_before txid_snapshot,
    address inet, network cidr, card macaddr, card8 macaddr8, clock_tz timetz, span interval, markup xml, letter "char", json_path jsonpath,
    a_point point, a_line line, a_segment lseg, a_box box, a_circle circle, a_path path, a_polygon polygon, words tsvector, query tsquery,
    whole_range int4range, big_range int8range, day_range daterange, amount_range numrange, local_range tsrange, instant_range tstzrange,
    whole_ranges int4multirange, big_ranges int8multirange, day_ranges datemultirange, amount_ranges nummultirange, local_ranges tsmultirange, instant_ranges tstzmultirange,
    addresses inet[], spans interval[]
);
