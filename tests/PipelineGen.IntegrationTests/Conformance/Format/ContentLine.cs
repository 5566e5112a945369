using System.Globalization;
using System.Text;

namespace PipelineGen.IntegrationTests.Conformance.Format;

/// <summary>Lines that belong to the one above: a body, rows, more of a statement, the table of <c>each</c>.</summary>
internal static class ContentLine
{
    public static bool IsOne(string line) => line[0] is '|' or '>' or '~' || line.StartsWith("x ", StringComparison.Ordinal) || line.StartsWith("* ", StringComparison.Ordinal);

    public static void Add(CaseDraft draft, string line, int number)
    {
        string text = line.Length > 1 && line[1] == ' ' ? line[2..] : line[1..];
        switch (draft.Last)
        {
            case null when line[0] == '|' && draft.Columns is not null:
                draft.AddRow(RowPattern.Split(text), number);
                break;
            case SqlStep { Rows: { } rows } when line[0] == '|':
                rows.Add(RowPattern.Parse(text, number));
                break;
            case SqlStep { Refusal: null } sql when line[0] == '|':
                sql.Text += "\n" + text;
                break;
            case LoginStep { Statement: null } login when line[0] == '|':
                login.Statement = text;
                break;
            case HttpStep http:
                http.Body.Add(Piece(line[0], text));
                break;
            default:
                throw new FormatException("nothing above takes this line");
        }
    }

    private static BodyPiece Piece(char sign, string text) => sign switch
    {
        '|' => new BodyPiece.OfText(text + "\n"),
        '>' => new BodyPiece.OfText(text),
        '~' => new BodyPiece.OfBytes(Escapes.UndoToBytes(text)),
        'x' => new BodyPiece.OfBytes(Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal))),
        _ => Repeated(text),
    };

    private static BodyPiece.Repeated Repeated(string text)
    {
        (string times, string value) = Words.First(text);
        return int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && value.Length > 0
            ? new BodyPiece.Repeated(number, Escapes.Undo(value))
            : throw new FormatException($"'* N text' is expected, not '* {text}'");
    }
}
