using System.Text;

namespace PipelineGen.Schema.Catalog;

/// <summary>Why a catalog file could not be read.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Message">What was expected and what was found.</param>
/// <param name="IsNewerFormat">
/// Whether the file is whole as far as this reader can tell, but of a later format than it knows: its packages want an
/// update, the file does not want repair.
/// </param>
public sealed record CatalogReadError(int Line, string Message, bool IsNewerFormat = false);

/// <summary>A file that was read, or the first error in it: exactly one of the two is set.</summary>
public sealed record CatalogReadResult(CatalogFile? File, CatalogReadError? Error);

/// <summary>
/// The <c>.pgcatalog</c> text format: one table a file, one fact a line, so that a pull request shows a change of
/// schema as the lines that changed. This class is the only reader and writer of it.
/// <code>
/// pipelinegen-catalog 1
/// server 15 encoding=UTF8 money_fraction_digits=2
/// table public.orders kind=table replica_identity=default comment="What customers order"
/// column id int8 not_null identity=always
/// column status public.order_status not_null default="'new'::public.order_status"
/// column total numeric(12,2) storage=main
/// primary_key orders_pkey id
/// unique orders_ref_key ref, tenant
/// enum public.order_status "new" "paid" "shipped"
/// domain public.email text not_null check="CHECK ((VALUE ~ '@'::text))"
/// composite public.address street text, number int4
/// range public.floatrange float8 multirange=public.floatmultirange
/// base_type public.vector extension=vector
/// end
/// </code>
/// Columns stand in attnum order; labels and attributes in the order of their type; all else is sorted ordinally.
/// The last line is <c>end</c>, so that a torn file is noticed.
/// </summary>
public static class CatalogFormat
{
    /// <summary>The first line. The number counts incompatible changes of the format.</summary>
    public const string Header = "pipelinegen-catalog 1";

    public const string FileExtension = ".pgcatalog";

    internal const string HeaderWord = "pipelinegen-catalog";

    internal const int Version = 1;

    /// <summary>The file that holds <paramref name="table"/>: <c>public.orders.pgcatalog</c>.</summary>
    public static string FileName(QualifiedName table) => FileStem(table) + FileExtension;

    /// <summary>
    /// A file name for <paramref name="name"/> without an extension, different for different names: ASCII letters,
    /// digits, <c>_</c>, <c>-</c> and other letters stay, all else is percent-escaped as UTF-8, also a dot inside a
    /// name and the first letter of a name that Windows reserves for a device.
    /// </summary>
    public static string FileStem(QualifiedName name)
    {
        var stem = new StringBuilder();
        AppendFilePart(stem, name.Schema);
        stem.Append('.');
        AppendFilePart(stem, name.Name);
        return stem.ToString();
    }

    /// <summary>The file's text: <c>\n</c> line ends, the same for equal files whatever order their parts stand in.</summary>
    public static string Write(CatalogFile file) => CatalogFormatWriter.Write(file);

    /// <summary>Reads a file's text, with <c>\n</c> or <c>\r\n</c> line ends. Never throws; stops at the first error.</summary>
    public static CatalogReadResult Read(string text) => CatalogFormatReader.Read(text);

    /// <summary>
    /// A type as the format writes it: <c>numeric(10,2)</c>, <c>int4[]</c>, <c>public.order_status</c>,
    /// <c>"Odd Schema"."odd name"[]</c>. Built-in types are internal names without their schema.
    /// </summary>
    public static string WriteType(TypeReference type)
    {
        var text = new StringBuilder();
        CatalogFormatWriter.AppendType(text, type);
        return text.ToString();
    }

    /// <summary>Reads what <see cref="WriteType"/> writes.</summary>
    public static bool TryReadType(string text, out TypeReference type)
    {
        var line = new CatalogFormatLine(text);
        type = line.Type();
        return line.IsWhollyRead;
    }

    /// <summary>A name as the format writes it: parts in double quotes where they are not lower-case identifiers.</summary>
    public static string WriteName(QualifiedName name)
    {
        var text = new StringBuilder();
        CatalogFormatText.AppendName(text, name);
        return text.ToString();
    }

    /// <summary>
    /// Reads <c>schema.name</c> as people write it: what <see cref="WriteName"/> writes, and also parts without quotes
    /// that have other characters than a dot or a quote in them. Nothing is folded to lower case.
    /// </summary>
    public static bool TryReadName(string text, out QualifiedName name)
    {
        int dot = text.IndexOf('.');
        if (dot > 0 && dot < text.Length - 1 && text.IndexOf('.', dot + 1) < 0 && text.IndexOf('"') < 0)
        {
            name = new QualifiedName(text.Substring(0, dot), text.Substring(dot + 1));
            return true;
        }

        var line = new CatalogFormatLine(text);
        name = line.QualifiedName();
        return line.IsWhollyRead;
    }

    private static void AppendFilePart(StringBuilder stem, string name)
    {
        bool reserved = CatalogFormatText.IsWindowsDevice(name);
        for (int i = 0; i < name.Length; i++)
        {
            int width = char.IsSurrogatePair(name, i) ? 2 : 1;
            int point = width == 2 ? char.ConvertToUtf32(name, i) : name[i];
            if (point < 0x80 ? CatalogFormatText.IsFileLetter((char)point) && !(reserved && i == 0) : !CatalogFormatText.IsInvisible(point))
            {
                stem.Append(name, i, width);
            }
            else
            {
                foreach (byte b in Encoding.UTF8.GetBytes(name.Substring(i, width)))
                    stem.Append('%').Append(CatalogFormatText.Hex(b));
            }

            i += width - 1;
        }
    }
}
