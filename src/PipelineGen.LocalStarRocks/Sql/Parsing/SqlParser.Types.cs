using PipelineGen.LocalStarRocks.Catalog;

namespace PipelineGen.LocalStarRocks.Sql.Parsing;

/// <summary>Column types (STARROCKS.md, 4).</summary>
internal sealed partial class SqlParser
{
    private const int MaxNesting = 15;

    private ColumnType Type(bool forCast = false, int depth = 1)
    {
        if (depth > MaxNesting)
        {
            throw StarRocksError.Refused("Type exceeds the maximum nesting depth of 15");
        }

        Token token = Current;
        if (token.Kind != TokenKind.Word)
        {
            throw Unexpected("a type");
        }

        string name = token.Text.ToUpperInvariant();
        _at++;
        switch (name)
        {
            case "BOOLEAN": return ColumnType.Boolean;
            case "TINYINT": return Width(ColumnType.TinyInt);
            case "SMALLINT": return Width(ColumnType.SmallInt);
            case "INT" or "INTEGER": return Width(ColumnType.Int);
            case "SIGNED" when forCast: return Take("INTEGER") ? ColumnType.Int : ColumnType.BigInt;
            case "BIGINT": return Width(ColumnType.BigInt);
            case "LARGEINT": return Width(ColumnType.LargeInt);
            case "FLOAT": return ColumnType.Float;
            case "DOUBLE": return ColumnType.Double;
            case "DECIMAL" or "NUMERIC" or "NUMBER" or "DECIMALV3" or "DECIMAL32" or "DECIMAL64" or "DECIMAL128": return Decimal();
            case "DATE": return ColumnType.Date;
            case "DATETIME": return ColumnType.DateTime;
            case "TIME": return new ColumnType(TypeKind.Null, Length: 1) { FieldNames = [name] };
            case "STRING" or "TEXT": return new ColumnType(TypeKind.Varchar, ColumnType.StringLength);
            case "CHAR": return new ColumnType(TypeKind.Char, Length(forCast ? 255 : 1, 255, "Char size must be <= 255"));
            case "VARCHAR": return new ColumnType(TypeKind.Varchar, Length(forCast ? ColumnType.MaxVarchar : 1, ColumnType.MaxVarchar, $"Varchar size must be <= {ColumnType.MaxVarchar}"));
            case "VARBINARY" or "BINARY": return new ColumnType(TypeKind.Varbinary, Length(ColumnType.MaxVarchar, ColumnType.MaxVarchar, $"Varbinary size must be <= {ColumnType.MaxVarchar}"));
            case "JSON": return ColumnType.Json;
            case "BITMAP" or "HLL" or "PERCENTILE": return new ColumnType(TypeKind.Null, Length: 2) { FieldNames = [name] };
            case "ARRAY":
                ExpectSymbol("<");
                ColumnType element = Type(depth: depth + 1);
                ExpectSymbol(">");
                return new ColumnType(TypeKind.Array) { Elements = [element] };
            case "MAP":
                ExpectSymbol("<");
                ColumnType key = Type(depth: depth + 1);
                ExpectSymbol(",");
                ColumnType value = Type(depth: depth + 1);
                ExpectSymbol(">");
                return new ColumnType(TypeKind.Map) { Elements = [key, value] };
            case "STRUCT":
                return Struct(depth);
            default:
                _at--;
                throw Unexpected("a type");
        }
    }

    private ColumnType Struct(int depth)
    {
        ExpectSymbol("<");
        var names = new List<string>();
        var types = new List<ColumnType>();
        do
        {
            names.Add(Name());
            TakeSymbol(":");
            types.Add(Type(depth: depth + 1));
        }
        while (TakeSymbol(","));

        ExpectSymbol(">");
        return new ColumnType(TypeKind.Struct) { Elements = types, FieldNames = names };
    }

    private ColumnType Decimal()
    {
        if (!TakeSymbol("("))
        {
            return new ColumnType(TypeKind.Decimal, Precision: 10, Scale: 0);
        }

        int precision = (int)Math.Min(Integer(), int.MaxValue);
        int scale = TakeSymbol(",") ? (int)Math.Min(Integer(), int.MaxValue) : 0;
        ExpectSymbol(")");
        return new ColumnType(TypeKind.Decimal, Precision: precision, Scale: scale);
    }

    // int(11) parses; the width means nothing.
    private ColumnType Width(ColumnType type)
    {
        if (TakeSymbol("("))
        {
            Integer();
            ExpectSymbol(")");
        }

        return type;
    }

    private int Length(int byDefault, int max, string tooLong)
    {
        if (!TakeSymbol("("))
        {
            return byDefault;
        }

        Token at = Current;
        if (TakeSymbol("*"))
        {
            ExpectSymbol(")");
            return max;
        }

        long length = Integer();
        ExpectSymbol(")");
        return length > max ? throw StarRocksError.AnalyzingAt(at.Line, at.Column, $"{tooLong}: {length}")
            : length < 1 ? throw StarRocksError.AnalyzingAt(at.Line, at.Column, $"size must be > 0: {length}")
            : (int)length;
    }
}
