using System.Buffers;
using System.Buffers.Binary;

namespace PipelineGen.Rows;

/// <summary>
/// tsquery into VARCHAR: <c>'fat' &amp; ( 'rat':*AB | 'cat' )</c>. Binary: int32 count, then the items of the tree, each operator before
/// its right and then its left operand: a byte 1, weights, prefix, lexeme and a zero byte; or a byte 2, the operator and, of a
/// phrase, the int16 distance (tsquerysend).
/// </summary>
public readonly struct TsQueryCodec : IColumnEncoder, IColumnDecoder<string>, IPgText
{
    public static void Encode(ColumnInfo column, scoped ColumnValue value, ref LoadWriter writer) => TextWire.WritePrinted<TsQueryCodec>(column, value, ref writer);

    public static string Decode(ColumnInfo column, ColumnValue value) => TextWire.ReadPrinted<TsQueryCodec>(column, value);

    /// <summary>tsqueryout.</summary>
    public static void Print(ColumnInfo column, scoped ColumnValue value, ref PgTextWriter text)
    {
        if (!value.IsBinary)
        {
            text.Raw(value.Bytes);
            return;
        }

        ReadOnlySpan<byte> bytes = value.Bytes;
        // An operator has two bytes, an operand four; Postgres' own limit is MaxAllocSize / sizeof(QueryItem).
        if (bytes.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(bytes) is var count && (count < 0 || count > Math.Min((bytes.Length - 4) / 2, 0x3fffffff / 12)))
            throw TsQueryTree.Malformed(column, value);
        if (count == 0)
        {
            if (bytes.Length > 4)
                throw TsQueryTree.Malformed(column, value);
            return;
        }

        int[] memory = ArrayPool<int>.Shared.Rent(TsQueryTree.Words(count));
        try
        {
            TsQueryTree.Print(new TsQueryTree(column, value, count, memory), ref text);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(memory);
        }
    }
}

/// <summary>
/// The items of a tsquery, printed as tsqueryout's infix() does. Without recursion: a query may be as deep as it is long.
/// </summary>
internal readonly ref struct TsQueryTree
{
    private const byte Operand = 1;
    private const byte Not = 1;
    private const byte And = 2;
    private const byte Or = 3;
    private const byte Phrase = 4;

    /// <summary>Steps that a binary operator has left at most: its left operand, itself, its right operand, a parenthesis.</summary>
    private const int StepsPerItem = 4;

    /// <summary>What is to be printed next: an item, or what stands behind or between its operands.</summary>
    private enum Step
    {
        Item,
        ItemRightOfPhrase,
        Operator,
        Parenthesis,
    }

    private readonly ColumnInfo _column;
    private readonly ColumnValue _value;
    private readonly Span<int> _offsets;
    private readonly Span<int> _ends;
    private readonly Span<int> _steps;

    /// <exception cref="ColumnValueException">The items are torn, or make no tree.</exception>
    public TsQueryTree(ColumnInfo column, ColumnValue value, int count, Span<int> memory)
    {
        _column = column;
        _value = value;
        _offsets = memory[..count];
        _ends = memory.Slice(count, count);
        _steps = memory[(count * 2)..];
        FindItems();
        FindEnds();
    }

    /// <summary>Integers that the tree of so many items works with.</summary>
    public static int Words(int count) => (count * 2) + (((count * StepsPerItem) + 1) * 3);

    public static ColumnValueException Malformed(ColumnInfo column, ColumnValue value) => ColumnValueException.Malformed(column, value, "not a tsquery");

    public static void Print(scoped TsQueryTree tree, ref PgTextWriter text)
    {
        int depth = 0;
        tree.Push(ref depth, Step.Item, 0, parentPriority: -1);
        while (depth > 0)
        {
            depth--;
            var step = (Step)tree._steps[depth * 3];
            int item = tree._steps[(depth * 3) + 1];
            int parentPriority = tree._steps[(depth * 3) + 2];
            switch (step)
            {
                case Step.Parenthesis:
                    text.Raw(" )"u8);
                    break;
                case Step.Operator:
                    PrintOperator(tree, item, ref text);
                    break;
                case Step.Item or Step.ItemRightOfPhrase when tree.Kind(item) == Operand:
                    PrintOperand(tree, item, ref text);
                    break;
                default:
                    Expand(tree, item, parentPriority, step == Step.ItemRightOfPhrase, ref depth, ref text);
                    break;
            }
        }
    }

    /// <summary>Prints an operator's beginning and leaves the rest as steps, the last one first.</summary>
    private static void Expand(scoped TsQueryTree tree, int item, int parentPriority, bool rightOfPhrase, ref int depth, ref PgTextWriter text)
    {
        byte operation = tree.Operation(item);
        int priority = operation switch
        {
            Not => 4,
            Phrase => 3,
            And => 2,
            _ => 1,
        };
        // A phrase operator depends on the order: ('a' <-> 'b') <-> 'c' is another query than 'a' <-> ('b' <-> 'c').
        if (priority < parentPriority || (operation == Phrase && rightOfPhrase))
        {
            text.Raw("( "u8);
            tree.Push(ref depth, Step.Parenthesis, item, 0);
        }

        if (operation == Not)
        {
            text.Raw((byte)'!');
            tree.Push(ref depth, Step.Item, item + 1, priority);
            return;
        }

        tree.Push(ref depth, operation == Phrase ? Step.ItemRightOfPhrase : Step.Item, item + 1, priority);
        tree.Push(ref depth, Step.Operator, item, 0);
        tree.Push(ref depth, Step.Item, tree._ends[item + 1], priority);
    }

    private static void PrintOperator(scoped TsQueryTree tree, int item, ref PgTextWriter text)
    {
        switch (tree.Operation(item))
        {
            case And:
                text.Raw(" & "u8);
                return;
            case Or:
                text.Raw(" | "u8);
                return;
        }

        int distance = BinaryPrimitives.ReadInt16BigEndian(tree._value.Bytes[(tree._offsets[item] + 2)..]);
        if (distance == 1)
        {
            text.Raw(" <-> "u8);
            return;
        }

        text.Raw(" <"u8);
        text.Number((long)distance);
        text.Raw("> "u8);
    }

    private static void PrintOperand(scoped TsQueryTree tree, int item, ref PgTextWriter text)
    {
        ReadOnlySpan<byte> operand = tree._value.Bytes[tree._offsets[item]..];
        ReadOnlySpan<byte> lexeme = operand[3..];
        LexemeText.Quote(lexeme[..lexeme.IndexOf((byte)0)], ref text);
        byte weights = operand[1];
        bool isPrefix = operand[2] != 0;
        if (weights == 0 && !isPrefix)
            return;
        text.Raw((byte)':');
        if (isPrefix)
            text.Raw((byte)'*');
        for (int bit = 3; bit >= 0; bit--)
        {
            if ((weights & (1 << bit)) != 0)
                text.Raw((byte)('D' - bit));
        }
    }

    private void FindItems()
    {
        ReadOnlySpan<byte> bytes = _value.Bytes;
        int at = 4;
        for (int i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = at;
            at += Size(bytes[at..]);
        }

        if (at != bytes.Length)
            throw Malformed(_column, _value);
    }

    private int Size(ReadOnlySpan<byte> item)
    {
        if (item.Length >= 4 && item[0] == Operand)
        {
            int end = item[3..].IndexOf((byte)0);
            if (end >= 0 && item[1] <= 15 && item[2] <= 1)
                return end + 4;
        }
        else if (item.Length >= 2 && item[0] == 2 && item[1] is >= Not and <= Phrase)
        {
            int size = item[1] == Phrase ? 4 : 2;
            if (item.Length >= size && (size == 2 || BinaryPrimitives.ReadInt16BigEndian(item[2..]) >= 0))
                return size;
        }

        throw Malformed(_column, _value);
    }

    /// <summary>Where each item's operands end, from the back: an operator ends where its last operand does.</summary>
    private void FindEnds()
    {
        for (int i = _offsets.Length - 1; i >= 0; i--)
        {
            int end = i + 1;
            for (int operands = Kind(i) == Operand ? 0 : Operation(i) == Not ? 1 : 2; operands > 0; operands--)
            {
                if (end >= _offsets.Length)
                    throw Malformed(_column, _value);
                end = _ends[end];
            }

            _ends[i] = end;
        }

        if (_ends[0] != _offsets.Length)
            throw Malformed(_column, _value);
    }

    private byte Kind(int item) => _value.Bytes[_offsets[item]];

    private byte Operation(int item) => _value.Bytes[_offsets[item] + 1];

    private void Push(ref int depth, Step step, int item, int parentPriority)
    {
        _steps[depth * 3] = (int)step;
        _steps[(depth * 3) + 1] = item;
        _steps[(depth * 3) + 2] = parentPriority;
        depth++;
    }
}
