using System.Buffers;
using PipelineGen.LocalStarRocks.Values;

namespace PipelineGen.LocalStarRocks.Load;

/// <summary>
/// The server's state-machine parser: enclosed fields, escapes, and what becomes of fields that are neither one nor the other
/// (STARROCKS.md, 1.6). An enclose or escape that is not set is the byte 0.
/// </summary>
internal sealed class CsvStateMachine(CsvFormat format, byte[] separator, byte[] delimiter)
{
    private enum State { Start, Ordinary, Enclosed, Escape }

    private readonly ByteText _unescaped = new();
    private readonly SearchValues<byte> _special = SearchValues.Create([separator[0], delimiter[0], format.Enclose, format.Escape]);

    /// <summary>The texts of the row at hand that differ from the body.</summary>
    public ReadOnlySpan<byte> Unescaped => _unescaped.Written;

    /// <summary>Reads one row; true if it was blank. The body's end stands for a missing last delimiter.</summary>
    public bool Next(ReadOnlySpan<byte> body, ref int at, List<CsvField> fields)
    {
        _unescaped.CutTo(0);
        while (true)
        {
            bool last = Field(body, ref at, out CsvField field, out bool bare);
            if (last && fields.Count == 0 && bare && field.Length == 0)
            {
                return true;
            }

            fields.Add(field);
            if (last)
            {
                return false;
            }
        }
    }

    /// <summary>Reads one field and what ends it; true at the row's end.</summary>
    /// <param name="bare">Nothing but the field's own bytes: no enclose.</param>
    private bool Field(ReadOnlySpan<byte> body, ref int at, out CsvField field, out bool bare)
    {
        while (format.TrimSpace && at < body.Length && body[at] == ' ')
        {
            at++;
        }

        int start = at;
        int copied = -1;
        int trimmed = -1;
        bool enclosed = false;
        bool afterEnclosed = false;
        var state = State.Start;
        var before = State.Ordinary;
        while (true)
        {
            bool ended = at >= body.Length;
            if (state != State.Enclosed && (ended || Ends(body, at, delimiter) || Ends(body, at, separator)) && state != State.Escape)
            {
                bool last = ended || Ends(body, at, delimiter);
                int length = trimmed >= 0 ? trimmed : copied >= 0 ? _unescaped.Length - copied : at - start;
                field = Made(start, length - (enclosed ? 1 : 0), copied);
                bare = !enclosed;
                at = Math.Min(at + (last ? delimiter : separator).Length, body.Length);
                return last;
            }

            if (ended)
            {
                // Never closed, or a lone escape: the row ends with the body, less one byte that the server takes for the closing enclose.
                int rest = copied >= 0 ? _unescaped.Length - copied : at - start;
                field = Made(start, rest - (enclosed && Ends(body, at - delimiter.Length, delimiter) ? 1 : 0), copied);
                bare = !enclosed;
                return true;
            }

            byte b = body[at];
            switch (state)
            {
                case State.Start when b == format.Escape:
                    copied = Skip(body, start, at, copied);
                    (state, before) = (State.Escape, State.Ordinary);
                    at++;
                    break;
                case State.Start when b == format.Enclose:
                    at++;
                    start = at;
                    if (at >= body.Length || body[at] != format.Enclose)
                    {
                        enclosed = true;
                        state = State.Enclosed;
                        break;
                    }

                    // Two at once: the empty field if it ends here, and else an ordinary one that keeps the second.
                    at++;
                    enclosed = at >= body.Length || Ends(body, at, delimiter) || Ends(body, at, separator);
                    state = State.Ordinary;
                    break;
                case State.Enclosed when b == format.Enclose:
                    if (at + 1 < body.Length && body[at + 1] == format.Enclose)
                    {
                        copied = Skip(body, start, at, copied);
                        at++;
                        copied = Keep(body, at, copied);
                        at++;
                        break;
                    }

                    copied = Keep(body, at, copied);
                    at++;
                    state = State.Ordinary;
                    afterEnclosed = true;
                    break;
                case State.Enclosed when b == format.Escape:
                    copied = Skip(body, start, at, copied);
                    (state, before) = (State.Escape, State.Enclosed);
                    at++;
                    break;
                case State.Escape:
                    // Enclose, escape, row delimiter or column separator: literal. Any other byte: the escape alone is dropped.
                    int literal = Ends(body, at, delimiter) ? delimiter.Length : Ends(body, at, separator) ? separator.Length : 1;
                    for (int end = at + literal; at < end; at++)
                    {
                        copied = Keep(body, at, copied);
                    }

                    state = before;
                    break;
                case State.Ordinary when b == format.Escape:
                    copied = Skip(body, start, at, copied);
                    (state, before) = (State.Escape, State.Ordinary);
                    at++;
                    break;
                case State.Ordinary when b == format.Enclose:
                    // Removed, and the byte after it taken as it is: a"b is ab.
                    copied = Skip(body, start, at, copied);
                    at++;
                    if (at < body.Length)
                    {
                        copied = Keep(body, at, copied);
                        at++;
                    }

                    break;
                default:
                    if (afterEnclosed && format.TrimSpace && b == ' ')
                    {
                        trimmed = copied >= 0 ? _unescaped.Length - copied : at - start;
                    }

                    int run = Math.Max(1, Plain(body[at..]));
                    copied = Keep(body, at, copied, run);
                    at += run;
                    state = state == State.Start ? State.Ordinary : state;
                    break;
            }

            afterEnclosed = afterEnclosed && b == format.Enclose;
        }
    }

    private static CsvField Made(int start, int length, int copied) =>
        new(copied < 0 ? start : copied, Math.Max(length, 0), copied >= 0);

    /// <summary>From here on the field is a copy: it lacks the byte at hand.</summary>
    private int Skip(ReadOnlySpan<byte> body, int start, int at, int copied)
    {
        if (copied >= 0)
        {
            return copied;
        }

        copied = _unescaped.Length;
        _unescaped.Add(body[start..at]);
        return copied;
    }

    private int Keep(ReadOnlySpan<byte> body, int at, int copied, int count = 1)
    {
        if (copied >= 0)
        {
            _unescaped.Add(body.Slice(at, count));
        }

        return copied;
    }

    /// <summary>How many bytes mean nothing but themselves.</summary>
    private int Plain(ReadOnlySpan<byte> rest)
    {
        int special = rest.IndexOfAny(_special);
        return special < 0 ? rest.Length : special;
    }

    private static bool Ends(ReadOnlySpan<byte> body, int at, byte[] mark) => at >= 0 && at < body.Length && body[at..].StartsWith(mark);
}
