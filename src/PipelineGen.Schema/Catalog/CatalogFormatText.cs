using System.Globalization;
using System.Text;

namespace PipelineGen.Schema.Catalog;

/// <summary>How names and strings are spelled in a catalog file.</summary>
internal static class CatalogFormatText
{
    public static bool IsNameStart(char c) => c is (>= 'a' and <= 'z') or '_';

    public static bool IsNamePart(char c) => IsNameStart(c) || c is (>= '0' and <= '9') or '$';

    public static bool IsValuePart(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_';

    public static bool IsFileLetter(char c) => IsValuePart(c) || c == '-';

    public static void AppendName(StringBuilder text, QualifiedName name)
    {
        AppendName(text, name.Schema);
        text.Append('.');
        AppendName(text, name.Name);
    }

    /// <summary>A name, in quotes only when it needs them.</summary>
    public static void AppendName(StringBuilder text, string name)
    {
        bool bare = name.Length > 0 && IsNameStart(name[0]);
        for (int i = 1; bare && i < name.Length; i++)
            bare = IsNamePart(name[i]);
        if (bare)
            text.Append(name);
        else
            AppendString(text, name);
    }

    /// <summary>An attribute's value that is usually one word, such as an encoding.</summary>
    public static void AppendValue(StringBuilder text, string value)
    {
        bool bare = value.Length > 0;
        for (int i = 0; bare && i < value.Length; i++)
            bare = IsValuePart(value[i]);
        if (bare)
            text.Append(value);
        else
            AppendString(text, value);
    }

    public static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                default:
                    int width = char.IsSurrogatePair(value, i) ? 2 : 1;
                    int point = width == 2 ? char.ConvertToUtf32(value, i) : value[i];
                    if (IsInvisible(point))
                        text.Append("\\u{").Append(point.ToString("x", CultureInfo.InvariantCulture)).Append('}');
                    else
                        text.Append(value, i, width);
                    i += width - 1;
                    break;
            }
        }

        text.Append('"');
    }

    /// <summary>
    /// Controls, line separators, and what reorders or hides text in a review. Listed, not asked of
    /// <see cref="CharUnicodeInfo"/>: its tables differ between runtimes and the file must not.
    /// </summary>
    public static bool IsInvisible(int point) => point
        is < 0x20 or (>= 0x7F and <= 0xA0) or 0xAD or 0x61C or 0x180E
        or (>= 0x2000 and <= 0x200F) or (>= 0x2028 and <= 0x202F) or (>= 0x205F and <= 0x206F) or 0x3000
        or (>= 0xD800 and <= 0xDFFF) or 0xFEFF or (>= 0xFFF0 and <= 0xFFFB) or 0xFFFE or 0xFFFF
        or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>CON, NUL, COM1...: Windows reserves them whatever extension follows.</summary>
    public static bool IsWindowsDevice(string name) => name.ToUpperInvariant() switch
    {
        "CON" or "PRN" or "AUX" or "NUL" => true,
        { Length: 4 } device when device[3] is >= '0' and <= '9' => device.StartsWith("COM", StringComparison.Ordinal)
            || device.StartsWith("LPT", StringComparison.Ordinal),
        _ => false,
    };

    public static string Hex(byte value) => value.ToString("X2", CultureInfo.InvariantCulture);
}
