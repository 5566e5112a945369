using System.Text;
using System.Text.Unicode;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>The rows of a body, whatever its format: fields by their index in <see cref="LoadPlan.Fields"/>.</summary>
internal interface IRowSource
{
    /// <summary>Moves to the next row.</summary>
    /// <exception cref="LoadFailure">The body as a whole is bad.</exception>
    bool Next();

    /// <summary>Why the row at hand is filtered before any of its values is looked at; null: it isn't.</summary>
    string? Refusal { get; }

    /// <summary>The row as it stands in the body.</summary>
    ReadOnlySpan<byte> Row { get; }

    /// <summary>One field: the token, and its text until the next call.</summary>
    SourceKind Field(int field, out ReadOnlySpan<byte> text);

    bool IsCsv { get; }
}

/// <summary>Where a field lies: in the body, or among the texts that had to be unescaped.</summary>
internal readonly record struct CsvField(int Start, int Length, bool Unescaped);

/// <summary>
/// Walks the rows of a CSV body with the server's two parsers (STARROCKS.md, 1.6). <c>trim_space</c> alone trims what the
/// plain one splits.
/// </summary>
internal ref struct CsvRows : IRowSource
{
    // BE: CSVReader's buffer
    private const int MaxRow = 512 * 1024 * 1024;

    private readonly ReadOnlySpan<byte> _body;
    private readonly int _fields;
    private readonly CsvFormat _format;
    private readonly byte[] _separator;
    private readonly byte[] _delimiter;
    private readonly List<CsvField> _found;
    private readonly CsvStateMachine? _machine;
    private int _at;
    private int _start;
    private int _end;

    public CsvRows(ReadOnlySpan<byte> body, CsvFormat format, int fields)
    {
        _body = body;
        _format = format;
        _fields = fields;
        _separator = Encoding.Latin1.GetBytes(format.ColumnSeparator);
        _delimiter = Encoding.Latin1.GetBytes(format.RowDelimiter);
        _found = new List<CsvField>(fields);
        _machine = format.NeedsStateMachine ? new CsvStateMachine(format, _separator, _delimiter) : null;
        // Lines, not records: the server skips before it looks at quotes.
        for (long i = 0; i < format.SkipHeader && _at < body.Length; i++)
        {
            NextLine();
        }
    }

    public string? Refusal { get; private set; }

    public readonly ReadOnlySpan<byte> Row => _body[_start.._end];

    public readonly bool IsCsv => true;

    public bool Next()
    {
        while (_at < _body.Length)
        {
            _found.Clear();
            if (_machine is null)
            {
                ReadOnlySpan<byte> line = NextLine();
                if (line.IsEmpty)
                {
                    continue;
                }

                Split(line);
            }
            else
            {
                _start = _at;
                bool blank = _machine.Next(_body, ref _at, _found);
                _end = _at;
                if (blank)
                {
                    continue;
                }
            }

            if (_end - _start > MaxRow)
            {
                throw new LoadFailure($"CSV line length exceed limit {MaxRow}");
            }

            Refusal = _found.Count != _fields ? CountRefusal() : !Utf8.IsValid(Row) ? "Invalid UTF-8 row" : null;
            return true;
        }

        return false;
    }

    public readonly SourceKind Field(int field, out ReadOnlySpan<byte> text)
    {
        CsvField found = _found[field];
        text = (found.Unescaped ? _machine!.Unescaped : _body).Slice(found.Start, found.Length);
        // Enclosed or not: the second of the twelve things most likely to bite.
        return text.SequenceEqual("\\N"u8) ? SourceKind.Null : SourceKind.String;
    }

    private ReadOnlySpan<byte> NextLine()
    {
        _start = _at;
        int length = _body[_at..].IndexOf(_delimiter);
        _end = length < 0 ? _body.Length : _at + length;
        _at = length < 0 ? _body.Length : _end + _delimiter.Length;
        return _body[_start.._end];
    }

    private readonly void Split(ReadOnlySpan<byte> line)
    {
        int at = 0;
        while (true)
        {
            int length = line[at..].IndexOf(_separator);
            Add(line, at, length < 0 ? line.Length : at + length);
            if (length < 0)
            {
                return;
            }

            at += length + _separator.Length;
        }
    }

    private readonly void Add(ReadOnlySpan<byte> line, int start, int end)
    {
        if (_format.TrimSpace)
        {
            while (start < end && line[start] == ' ')
            {
                start++;
            }

            while (end > start && line[end - 1] == ' ')
            {
                end--;
            }
        }

        _found.Add(new CsvField(_start + start, end - start, false));
    }

    private readonly string CountRefusal() =>
        $"Target column count: {_fields} doesn't match source value column count: {_found.Count}. " +
        $"Column separator: {Printed(_separator)}, Row delimiter: {Printed(_delimiter)}";

    private static string Printed(byte[] delimiter)
    {
        var text = new StringBuilder("'");
        foreach (byte b in delimiter)
        {
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                >= 32 and < 127 => text.Append((char)b),
                _ => text.Append("0x").Append(b.ToString("x", System.Globalization.CultureInfo.InvariantCulture)),
            };
        }

        return text.Append('\'').ToString();
    }
}
