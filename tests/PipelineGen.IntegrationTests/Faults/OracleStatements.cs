using System.Globalization;

namespace PipelineGen.IntegrationTests.Faults;

/// <summary>Statements over the oracle's tables, drawn from a generator. Those that find no row or meet a taken key are no failure.</summary>
internal static class OracleStatements
{
    private static readonly string[] OddTexts = ["", "plain ", "quote '' and \" ", "back\\slash \\N ", "tab\tline\nend ", "ä€\U0001F600 ", "{\"json\": 1} ", "NULL"];

    /// <summary>One that touches few rows.</summary>
    public static string Small(Random random)
    {
        int i = Key(random);
        int far = Far(random, i);
        string text = Text(random);
        return random.Next(100) switch
        {
            < 10 => $"INSERT INTO oracle_tallies VALUES ({i}, {random.Next()}, {Nullable(random, text)}) ON CONFLICT (id) DO UPDATE SET n = oracle_tallies.n + 1",
            < 16 => $"UPDATE oracle_tallies SET n = n + 1, note = {Nullable(random, text)} WHERE id = {NextTally(i)}",
            < 19 => $"DELETE FROM oracle_tallies WHERE id = {NextTally(i)}",
            < 22 => $"UPDATE oracle_tallies SET id = {far} WHERE id = {NextTally(i)} AND NOT EXISTS (SELECT FROM oracle_tallies WHERE id = {far})",
            < 24 => $"UPDATE oracle_tallies AS t SET id = id + {far} WHERE id BETWEEN {i} AND {i + 20} AND NOT EXISTS (SELECT FROM oracle_tallies AS o WHERE o.id = t.id + {far})",

            < 29 => $"INSERT INTO oracle_words VALUES ({OracleSchema.Word(Print(i))}, {random.Next(1000)}, {Nullable(random, text)}) ON CONFLICT (word) DO UPDATE SET uses = excluded.uses",
            < 33 => $"UPDATE oracle_words SET meaning = {Nullable(random, text)} WHERE word = {NextWord(i)}",
            < 36 => $"UPDATE oracle_words SET word = {OracleSchema.Word(Print(far))} WHERE word = {NextWord(i)} AND NOT EXISTS (SELECT FROM oracle_words WHERE word = {OracleSchema.Word(Print(far))})",
            < 38 => $"DELETE FROM oracle_words WHERE word = {NextWord(i)}",

            < 41 => $"INSERT INTO oracle_things VALUES ({OracleSchema.Thing(Print(i))}, {OracleSchema.Large(Print(random.Next()))}, ARRAY[{text}, NULL, 'NULL']) ON CONFLICT (id) DO UPDATE SET tags = excluded.tags",
            < 46 => $"UPDATE oracle_things SET tags = {Nullable(random, $"ARRAY[{text}]")} WHERE id = {NextThing(i)}",
            < 49 => $"UPDATE oracle_things SET id = {OracleSchema.Thing(Print(far))} WHERE id = {NextThing(i)} AND NOT EXISTS (SELECT FROM oracle_things WHERE id = {OracleSchema.Thing(Print(far))})",
            < 51 => $"DELETE FROM oracle_things WHERE id = {NextThing(i)}",

            < 55 => $"INSERT INTO oracle_lines VALUES ({OracleSchema.Doc(Print(i))}, {random.Next(OracleSchema.HighestKey)}, {random.Next(-9999, 9999)}.{random.Next(100):00}, {Nullable(random, text)}) ON CONFLICT (doc, line) DO UPDATE SET qty = excluded.qty",
            < 58 => $"UPDATE oracle_lines SET qty = qty + 1 WHERE doc = {OracleSchema.Doc(Print(i))} AND line % 5 = {random.Next(5)}",
            < 60 => $"UPDATE oracle_lines AS t SET doc = {OracleSchema.Doc(Print(far))} WHERE doc = {OracleSchema.Doc(Print(i))} AND line % 9 = {random.Next(9)} AND NOT EXISTS (SELECT FROM oracle_lines AS o WHERE o.doc = {OracleSchema.Doc(Print(far))} AND o.line = t.line)",
            < 61 => $"DELETE FROM oracle_lines WHERE doc = {OracleSchema.Doc(Print(i))} AND line % 7 = {random.Next(7)}",

            < 65 => $"INSERT INTO oracle_samples VALUES ({random.Next(50)}, {OracleSchema.Moment(Print(i))}, {(random.NextDouble() * 1e6).ToString("R", CultureInfo.InvariantCulture)}) ON CONFLICT (sensor, at) DO UPDATE SET value = excluded.value",
            < 67 => $"UPDATE oracle_samples SET value = NULL WHERE sensor = {random.Next(50)} AND at > {OracleSchema.Moment(Print(i))}",
            < 68 => $"DELETE FROM oracle_samples WHERE sensor = {random.Next(50)} AND at > {OracleSchema.Moment(Print(i))}",
            < 69 => $"UPDATE oracle_samples AS t SET sensor = {random.Next(50)} WHERE sensor = {random.Next(50)} AND at < {OracleSchema.Moment(Print(i))} AND NOT EXISTS (SELECT FROM oracle_samples AS o WHERE o.at = t.at AND o.sensor <> t.sensor)",

            < 73 => $"INSERT INTO oracle_moves VALUES ({i}, {OracleSchema.Day(Print(far))}, {Nullable(random, text)}) ON CONFLICT (id, day) DO UPDATE SET what = excluded.what",
            < 76 => $"UPDATE oracle_moves AS t SET day = {OracleSchema.Day(Print(far))} WHERE id BETWEEN {i} AND {i + 6} AND NOT EXISTS (SELECT FROM oracle_moves AS o WHERE o.id = t.id AND o.day = {OracleSchema.Day(Print(far))})",
            < 77 => $"DELETE FROM oracle_moves WHERE id BETWEEN {i} AND {i + 5}",

            < 80 => $"INSERT INTO oracle_papers VALUES ({i}, {text}, {OracleSchema.Large(Print(random.Next()))}, '{{\"n\": {random.Next()}, \"t\": [1, null, \"x\"]}}', decode('{Convert.ToHexString(Bytes(random))}', 'hex')) ON CONFLICT (id) DO UPDATE SET title = excluded.title",
            < 85 => $"UPDATE oracle_papers SET title = {text} WHERE id = {NextPaper(i)}",
            < 87 => $"UPDATE oracle_papers SET body = {OracleSchema.Large(Print(random.Next()))} WHERE id = {NextPaper(i)}",
            < 88 => $"UPDATE oracle_papers SET scan = NULL, extra = NULL WHERE id = {NextPaper(i)}",
            < 92 => $"UPDATE oracle_papers SET id = {far} WHERE id = {NextPaper(i)} AND NOT EXISTS (SELECT FROM oracle_papers WHERE id = {far})",
            < 93 => $"WITH gone AS (DELETE FROM oracle_papers WHERE id = {NextPaper(i)} RETURNING *) INSERT INTO oracle_papers SELECT {far}, title, body, extra, scan FROM gone WHERE NOT EXISTS (SELECT FROM oracle_papers WHERE id = {far})",
            < 95 => $"DELETE FROM oracle_papers WHERE id = {NextPaper(i)}",

            _ => $"INSERT INTO oracle_ticks SELECT {OracleSchema.Moment(Print(i))}, {text} || i, {random.Next(100)}.5, {i} * i FROM generate_series(1, {random.Next(1, 6)}) AS i",
        };
    }

    /// <summary>One that touches thousands of rows, or hundreds of large ones: more than logical_decoding_work_mem.</summary>
    public static string Large(Random random)
    {
        int i = random.Next(1, OracleSchema.HighestKey);
        int rows = random.Next(500, 3000);
        return random.Next(10) switch
        {
            0 => $"INSERT INTO oracle_tallies SELECT i, i, 'large' FROM generate_series({i}, {i + rows}) AS i ON CONFLICT (id) DO UPDATE SET n = oracle_tallies.n + 1",
            1 => $"DELETE FROM oracle_tallies WHERE id BETWEEN {i} AND {i + rows}",
            2 => $"INSERT INTO oracle_words SELECT {OracleSchema.Word("i")}, i, 'large' FROM generate_series({i}, {i + rows}) AS i ON CONFLICT (word) DO UPDATE SET uses = oracle_words.uses + 1",
            3 => $"UPDATE oracle_lines SET qty = qty + 1 WHERE line BETWEEN {i} AND {i + rows}",
            4 => $"INSERT INTO oracle_samples SELECT i % 50, {OracleSchema.Moment("i")}, i FROM generate_series({i}, {i + rows}) AS i ON CONFLICT (sensor, at) DO UPDATE SET value = excluded.value",
            5 => $"INSERT INTO oracle_moves SELECT i, {OracleSchema.Day("i")}, 'large' FROM generate_series({i}, {i + rows}) AS i ON CONFLICT (id, day) DO UPDATE SET what = excluded.what",
            6 => $"UPDATE oracle_papers SET title = 'large' WHERE id BETWEEN {i} AND {i + rows}",
            7 => $"UPDATE oracle_papers SET body = {OracleSchema.Large("id")} WHERE id BETWEEN {i} AND {i + (rows / 3)}",
            8 => $"INSERT INTO oracle_papers SELECT i, 'large', {OracleSchema.Large("i")}, NULL, NULL FROM generate_series({i}, {i + (rows / 3)}, 4) AS i ON CONFLICT (id) DO NOTHING",
            _ => $"INSERT INTO oracle_ticks SELECT now(), 'large', NULL, i FROM generate_series(1, {rows / 2}) AS i",
        };
    }

    /// <summary>A TRUNCATE of one table or two.</summary>
    public static string Truncate(Random random)
    {
        string first = OracleSchema.Tables[random.Next(OracleSchema.Tables.Length)];
        string second = OracleSchema.Tables[random.Next(OracleSchema.Tables.Length)];
        return random.Next(4) == 0 && first != second ? $"TRUNCATE {first}, {second}" : $"TRUNCATE {first}";
    }

    private static string NextTally(int i) => $"(SELECT id FROM oracle_tallies WHERE id >= {i} ORDER BY id LIMIT 1)";

    private static string NextWord(int i) => $"(SELECT word FROM oracle_words WHERE word >= {OracleSchema.Word(Print(i))} ORDER BY word LIMIT 1)";

    private static string NextThing(int i) => $"(SELECT id FROM oracle_things WHERE id >= {OracleSchema.Thing(Print(i))} ORDER BY id LIMIT 1)";

    private static string NextPaper(int i) => $"(SELECT id FROM oracle_papers WHERE id >= {i} ORDER BY id LIMIT 1)";

    /// <summary>A quarter of them are hot: the writers meet there.</summary>
    private static int Key(Random random) => random.Next(4) == 0 ? random.Next(1, 9) : random.Next(1, OracleSchema.HighestKey);

    private static int Far(Random random, int from) => 1 + ((from + random.Next(OracleSchema.HighestKey / 4, OracleSchema.HighestKey * 3 / 4)) % OracleSchema.HighestKey);

    private static string Print(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static string Nullable(Random random, string value) => random.Next(4) == 0 ? "NULL" : value;

    /// <summary>A literal.</summary>
    private static string Text(Random random) => $"'{OddTexts[random.Next(OddTexts.Length)]}{random.Next(1000)}'";

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(3) == 0 ? 4000 : random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }
}
