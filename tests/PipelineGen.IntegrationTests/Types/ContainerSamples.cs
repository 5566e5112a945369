namespace PipelineGen.IntegrationTests.Types;

/// <summary>Makes random values in the server, from its own seeded random numbers: types to be made of others, and functions that make them.</summary>
internal static class ContainerSamples
{
    public const string Schema = """
        CREATE EXTENSION hstore;
        CREATE TYPE inner_t AS (a text, gone int4, b int4, c int4[]);
        ALTER TYPE inner_t DROP ATTRIBUTE gone;
        CREATE TYPE outer_t AS (i inner_t, t text[], l inner_t[]);
        CREATE TYPE nothing_t AS ();
        CREATE TYPE textrange AS RANGE (subtype = text, collation = "C", multirange_type_name = textmultirange);
        CREATE TYPE arrayrange AS RANGE (subtype = int4[]);
        CREATE DOMAIN numbers AS int4[];

        CREATE FUNCTION pick(VARIADIC options text[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN options[1 + floor(random() * cardinality(options))::int]; END $$;
        CREATE FUNCTION several(most int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN floor(random() * (most + 1))::int; END $$;
        CREATE FUNCTION some_word() RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            RETURN pick('', 'NULL', 'null', 'a', 'b c', 'd,e', 'f;g', '{h}', '(i)', '[j]', '"k"', E'\\', 'it''s', '=>', E'\t', E'\n', E'\v', E'\f', 'äöü', '😀', 'empty', ':*', '<->')
                || pick('', '', '', 'x', '"', E'\\', '''', ' ', ',', ')');
        END $$;
        CREATE FUNCTION some_text() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN random() < 0.15 THEN NULL ELSE some_word() END; END $$;
        CREATE FUNCTION some_lexeme() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN some_word() || pick('a', 'b', 'c'); END $$;
        CREATE FUNCTION some_int() RETURNS int4 LANGUAGE plpgsql AS $$
        BEGIN
            RETURN CASE several(7) WHEN 0 THEN NULL WHEN 1 THEN -2147483648 WHEN 2 THEN 2147483647 ELSE several(2000) - 1000 END;
        END $$;
        CREATE FUNCTION some_float() RETURNS float8 LANGUAGE plpgsql AS $$
        BEGIN
            RETURN CASE several(16) WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN '-Infinity' WHEN 3 THEN '-0' WHEN 4 THEN 0 WHEN 5 THEN 1e15 WHEN 6 THEN 999999999999999
                WHEN 7 THEN 1e-5 WHEN 8 THEN 5e-324 WHEN 9 THEN 1.7976931348623157e308 WHEN 10 THEN several(100)
                ELSE (random() - 0.5) * 10::float8 ^ (several(40) - 20) END;
        END $$;
        CREATE FUNCTION some_numeric() RETURNS numeric LANGUAGE plpgsql AS $$
        BEGIN
            RETURN CASE several(9) WHEN 0 THEN '-Infinity' WHEN 1 THEN 'Infinity' WHEN 2 THEN 'NaN' WHEN 3 THEN 0.00 ELSE round(((random() - 0.5) * 10::float8 ^ several(12))::numeric, several(6)) END;
        END $$;
        CREATE FUNCTION some_timestamp() RETURNS timestamp LANGUAGE plpgsql AS $$
        BEGIN
            RETURN CASE several(9) WHEN 0 THEN '-infinity' WHEN 1 THEN 'infinity' WHEN 2 THEN '0044-03-15 12:00:00 BC' WHEN 3 THEN '294276-12-31 23:59:59.999999'
                ELSE timestamp '2000-01-01' + (random() - 0.5) * interval '200 years' END;
        END $$;
        CREATE FUNCTION some_bounds() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN pick('[]', '[)', '(]', '()'); END $$;

        CREATE FUNCTION some_texts() RETURNS text[] LANGUAGE plpgsql AS $$
        DECLARE made text[] := '{}'; width int := 1 + several(2);
        BEGIN
            IF random() < 0.7 THEN
                FOR i IN 1..several(5) LOOP made := made || some_text(); END LOOP;
                RETURN made;
            END IF;
            FOR i IN 1..1 + several(2) LOOP
                made := made || ARRAY[(SELECT array_agg(some_text()) FROM generate_series(1, width))];
            END LOOP;
            IF random() < 0.3 THEN made := ARRAY[made, made]; END IF;
            IF random() < 0.5 THEN
                made := (SELECT string_agg(format('[%s:%s]', low, low + array_length(made, d) - 1), '' ORDER BY d) FROM generate_series(1, array_ndims(made)) d, LATERAL (SELECT several(4) - 2 + d - d) s (low))
                    || '=' || regexp_replace(made::text, '^(\[[^=]*\]=)?', '');
            END IF;
            RETURN made;
        END $$;
        CREATE FUNCTION some_ints() RETURNS int4[] LANGUAGE plpgsql AS $$
        DECLARE made int4[] := '{}';
        BEGIN
            FOR i IN 1..several(3) LOOP made := made || some_int(); END LOOP;
            RETURN CASE WHEN random() < 0.1 THEN NULL ELSE made END;
        END $$;
        CREATE FUNCTION some_point() RETURNS point LANGUAGE plpgsql AS $$ BEGIN RETURN point(some_float(), some_float()); END $$;
        CREATE FUNCTION some_points() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT string_agg(some_point()::text, ',') FROM generate_series(0, several(4))); END $$;
        CREATE FUNCTION some_boxes() RETURNS box[] LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT array_agg(CASE WHEN random() < 0.1 THEN NULL ELSE box(some_point(), some_point()) END) FROM generate_series(0, several(3))); END $$;
        CREATE FUNCTION some_numbers() RETURNS numbers[] LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT array_agg(some_ints()::numbers) FROM generate_series(0, several(3))); END $$;
        CREATE FUNCTION some_inner() RETURNS inner_t LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN random() < 0.1 THEN NULL ELSE ROW(some_text(), some_int(), some_ints())::inner_t END; END $$;
        CREATE FUNCTION some_inners() RETURNS inner_t[] LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT array_agg(some_inner()) FROM generate_series(1, several(3))); END $$;
        CREATE FUNCTION some_outer() RETURNS outer_t LANGUAGE plpgsql AS $$
        BEGIN
            RETURN ROW(some_inner(), (SELECT array_agg(some_text()) FROM generate_series(1, several(3))), some_inners())::outer_t;
        END $$;
        CREATE FUNCTION some_hstore() RETURNS hstore LANGUAGE plpgsql AS $$
        DECLARE made hstore := '';
        BEGIN
            FOR i IN 1..several(5) LOOP made := made || hstore(some_word(), some_text()); END LOOP;
            RETURN made;
        END $$;
        CREATE FUNCTION some_textrange() RETURNS textrange LANGUAGE plpgsql AS $$
        DECLARE a text := some_text(); b text := some_text();
        BEGIN
            RETURN CASE WHEN a COLLATE "C" > b COLLATE "C" THEN textrange(b, a, some_bounds()) ELSE textrange(a, b, some_bounds()) END;
        END $$;
        CREATE FUNCTION some_arrayrange() RETURNS arrayrange LANGUAGE plpgsql AS $$
        DECLARE a int4[] := some_ints(); b int4[] := some_ints();
        BEGIN
            RETURN CASE WHEN a > b THEN arrayrange(b, a, some_bounds()) ELSE arrayrange(a, b, some_bounds()) END;
        END $$;
        CREATE FUNCTION some_numrange() RETURNS numrange LANGUAGE plpgsql AS $$
        DECLARE a numeric := some_numeric(); b numeric := CASE WHEN random() < 0.9 THEN some_numeric() END;
        BEGIN
            RETURN CASE WHEN a > b THEN numrange(b, a, some_bounds()) ELSE numrange(a, b, some_bounds()) END;
        END $$;
        CREATE FUNCTION some_int4range() RETURNS int4range LANGUAGE plpgsql AS $$
        DECLARE a int4 := several(2000) - 1000; b int4 := CASE WHEN random() < 0.8 THEN several(2000) - 1000 END;
        BEGIN
            RETURN CASE WHEN a > b THEN int4range(b, a, some_bounds()) ELSE int4range(a, b, some_bounds()) END;
        END $$;
        CREATE FUNCTION some_tsrange() RETURNS tsrange LANGUAGE plpgsql AS $$
        DECLARE a timestamp := some_timestamp(); b timestamp := CASE WHEN random() < 0.9 THEN some_timestamp() END;
        BEGIN
            RETURN CASE WHEN a > b THEN tsrange(b, a, some_bounds()) ELSE tsrange(a, b, some_bounds()) END;
        END $$;
        CREATE FUNCTION some_daterange() RETURNS daterange LANGUAGE plpgsql AS $$
        DECLARE a date := some_timestamp()::date; b date := some_timestamp()::date;
        BEGIN
            RETURN CASE WHEN a > b THEN daterange(b, a, '[)') ELSE daterange(a, b, '[)') END;
        END $$;
        CREATE FUNCTION some_textmultirange() RETURNS textmultirange LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT coalesce(range_agg(some_textrange()), '{}') FROM generate_series(1, several(4))); END $$;
        CREATE FUNCTION some_int4multirange() RETURNS int4multirange LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT coalesce(range_agg(int4range(a, a + several(50))), '{}') FROM generate_series(1, several(5)), LATERAL (SELECT several(1000) OFFSET 0) s (a)); END $$;
        CREATE FUNCTION some_tsvector() RETURNS tsvector LANGUAGE plpgsql AS $$
        DECLARE made tsvector := '';
        BEGIN
            FOR i IN 1..several(5) LOOP
                made := made || CASE WHEN random() < 0.3 THEN array_to_tsvector(ARRAY[some_lexeme()])
                    ELSE setweight(('''' || replace(replace(some_lexeme(), E'\\', E'\\\\'), '''', '''''') || ''':' || (1 + several(16382)) || ',' || (1 + several(100)))::tsvector, pick('A', 'B', 'C', 'D')::"char") END;
            END LOOP;
            RETURN made;
        END $$;
        CREATE FUNCTION some_tsquery(depth int) RETURNS tsquery LANGUAGE plpgsql AS $$
        BEGIN
            IF depth = 0 OR random() < 0.2 THEN
                RETURN ('''' || replace(replace(some_lexeme(), E'\\', E'\\\\'), '''', '''''') || '''' || pick('', '', ':*', ':AB', ':*D', ':ABCD'))::tsquery;
            END IF;
            RETURN CASE several(4) WHEN 0 THEN !! some_tsquery(depth - 1) WHEN 1 THEN some_tsquery(depth - 1) && some_tsquery(depth - 1)
                WHEN 2 THEN some_tsquery(depth - 1) || some_tsquery(depth - 1) WHEN 3 THEN some_tsquery(depth - 1) <-> some_tsquery(depth - 1)
                ELSE tsquery_phrase(some_tsquery(depth - 1), some_tsquery(depth - 1), several(16384)) END;
        END $$;
        """;
}
