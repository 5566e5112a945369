using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Shop.Demo;

/// <summary>Makes the shop's tables and fills them by binary COPY; the same seed gives the same rows.</summary>
internal sealed class Seed(string connectionString, int seed, int rows)
{
    /// <summary>What Npgsql can't write: the exact ends of DATETIME's range are its infinities.</summary>
    private const string Extremes = """
        UPDATE customers SET created_at = '0001-01-01 00:00:00+00' WHERE id = 1;
        UPDATE customers SET created_at = '9999-12-31 23:59:59.999999+00' WHERE id = 2;
        UPDATE orders SET placed_at = '0001-01-01 00:00:00+00', delivered_at = '9999-12-31 23:59:59.999999' WHERE id = 1;
        UPDATE products SET available_from = '0001-01-01', opens = '24:00:00' WHERE id = (SELECT min(id::text)::uuid FROM products);
        UPDATE products SET available_from = '9999-12-31', opens = '00:00:00' WHERE id = (SELECT max(id::text)::uuid FROM products);
        """;

    internal static readonly string[] Statuses = ["draft", "placed", "paid", "shipped", "delivered", "returned", "on hold"];

    private readonly OddValues _values = new(new Random(seed));
    private readonly List<Guid> _products = [];

    // Of 100 rows 10 customers, 5 products, 30 orders, 50 of their lines and 5 views.
    private int Customers => Math.Max(2, rows / 10);

    private int Products => Math.Max(2, rows / 20);

    private int Orders => Math.Max(2, rows * 3 / 10);

    private int Views => Math.Max(2, rows / 20);

    private int Items => Math.Max(2, rows - Customers - Products - Orders - Views);

    /// <summary>Makes the tables. The statements are <c>schema.sql</c>, whole.</summary>
    public static async Task CreateTablesAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using Stream script = typeof(Seed).Assembly.GetManifestResourceStream("schema.sql")!;
        using var reader = new StreamReader(script);
        await ExecuteAsync(connectionString, await reader.ReadToEndAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Fills the tables.</summary>
    /// <returns>How many rows each table has now.</returns>
    public async Task<IReadOnlyList<(string Table, int Rows)>> FillAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await CopyCustomersAsync(connection, cancellationToken);
        await CopyProductsAsync(connection, cancellationToken);
        await CopyOrdersAsync(connection, cancellationToken);
        await CopyItemsAsync(connection, cancellationToken);
        await CopyViewsAsync(connection, cancellationToken);
        string identities = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT setval(pg_get_serial_sequence('customers', 'id'), {Customers});
            SELECT setval(pg_get_serial_sequence('orders', 'id'), {Orders});
            """);
        await ExecuteAsync(connectionString, $"{Extremes}\n{identities}\nANALYZE", cancellationToken);
        return [("customers", Customers), ("products", Products), ("orders", Orders), ("order_items", Items), ("page_views", Views)];
    }

    private async Task CopyCustomersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "COPY customers (id, public_id, name, email, is_active, tags, created_at, preferences, internal_note) FROM STDIN (FORMAT BINARY)", cancellationToken);
        for (int id = 1; id <= Customers; id++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync((long)id, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(_values.Uuid(), NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(_values.Name(), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync($"{_values.Word()}{id}@example.org", NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(!_values.OneIn(7), NpgsqlDbType.Boolean, cancellationToken);
            await copy.WriteAsync(_values.TextArray(), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(DateTime.SpecifyKind(_values.Timestamp(), DateTimeKind.Utc), NpgsqlDbType.TimestampTz, cancellationToken);
            await WriteOrNullAsync(copy, _values.OneIn(4) ? null : _values.Json(), NpgsqlDbType.Jsonb, cancellationToken);
            await WriteOrNullAsync(copy, _values.Note(), NpgsqlDbType.Text, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private async Task CopyProductsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "COPY products (id, sku, name, price, weight, dimensions, picture, available_from, opens, attributes) FROM STDIN (FORMAT BINARY)", cancellationToken);
        for (int i = 0; i < Products; i++)
        {
            Guid id = _values.Uuid();
            _products.Add(id);
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(id, NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(_values.ShortText(32) ?? "", NpgsqlDbType.Varchar, cancellationToken);
            await copy.WriteAsync(_values.Name(), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(_values.Decimal(999_999_999_999, 2), NpgsqlDbType.Numeric, cancellationToken);
            await WriteOrNullAsync(copy, _values.Double(), NpgsqlDbType.Double, cancellationToken);
            await WriteOrNullAsync(copy, _values.Dimensions(), NpgsqlDbType.Array | NpgsqlDbType.Numeric, cancellationToken);
            await WriteOrNullAsync(copy, _values.Bytes(), NpgsqlDbType.Bytea, cancellationToken);
            await copy.WriteAsync(_values.Date(), NpgsqlDbType.Date, cancellationToken);
            await WriteOrNullAsync(copy, _values.Time(), NpgsqlDbType.Time, cancellationToken);
            await copy.WriteAsync(_values.Json(), NpgsqlDbType.Jsonb, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private async Task CopyOrdersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "COPY orders (id, customer_id, status, total, placed_at, delivered_at, note, external_ref, priority, coupon, metadata, flags) FROM STDIN (FORMAT BINARY)", cancellationToken);
        for (int id = 1; id <= Orders; id++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync((long)id, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(_values.Random.NextInt64(1, Customers + 1), NpgsqlDbType.Bigint, cancellationToken);
            // An enum's binary form is its label.
            await copy.WriteAsync(Statuses[_values.Random.Next(Statuses.Length)], NpgsqlDbType.Unknown, cancellationToken);
            await copy.WriteAsync(_values.Decimal(99_999_999_999_999, 2), NpgsqlDbType.Numeric, cancellationToken);
            await copy.WriteAsync(DateTime.SpecifyKind(_values.Timestamp(), DateTimeKind.Utc), NpgsqlDbType.TimestampTz, cancellationToken);
            await WriteOrNullAsync(copy, _values.OneIn(2) ? null : (DateTime?)_values.Timestamp(), NpgsqlDbType.Timestamp, cancellationToken);
            await WriteOrNullAsync(copy, _values.Note(), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(_values.Uuid(), NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync((short)_values.Random.Next(short.MinValue, short.MaxValue + 1), NpgsqlDbType.Smallint, cancellationToken);
            await WriteOrNullAsync(copy, _values.ShortText(20), NpgsqlDbType.Varchar, cancellationToken);
            await WriteOrNullAsync(copy, _values.OneIn(3) ? null : _values.Json(), NpgsqlDbType.Jsonb, cancellationToken);
            await copy.WriteAsync(_values.IntArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private async Task CopyItemsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "COPY order_items (order_id, line, product_id, quantity, unit_price, discount, options) FROM STDIN (FORMAT BINARY)", cancellationToken);
        for (int i = 0; i < Items; i++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync((long)(i % Orders) + 1, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync((short)((i / Orders) + 1), NpgsqlDbType.Smallint, cancellationToken);
            await copy.WriteAsync(_products[_values.Random.Next(_products.Count)], NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(_values.OneIn(100) ? int.MinValue : _values.Random.Next(1, 100), NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(_values.Decimal(999_999_999_999, 2), NpgsqlDbType.Numeric, cancellationToken);
            await WriteOrNullAsync(copy, _values.Single(), NpgsqlDbType.Real, cancellationToken);
            await WriteOrNullAsync(copy, _values.LooseJson(), NpgsqlDbType.Json, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private async Task CopyViewsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "COPY page_views (viewed_at, path, customer_id, seconds, headers) FROM STDIN (FORMAT BINARY)", cancellationToken);
        for (int i = 0; i < Views; i++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(DateTime.SpecifyKind(_values.Timestamp(), DateTimeKind.Utc), NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync($"/{_values.Word()}/{_values.Name()}", NpgsqlDbType.Text, cancellationToken);
            await WriteOrNullAsync(copy, _values.OneIn(3) ? null : (long?)_values.Random.NextInt64(1, Customers + 1), NpgsqlDbType.Bigint, cancellationToken);
            await WriteOrNullAsync(copy, _values.Double(), NpgsqlDbType.Double, cancellationToken);
            await WriteOrNullAsync(copy, _values.OneIn(2) ? null : _values.Json(), NpgsqlDbType.Jsonb, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static Task WriteOrNullAsync<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type, CancellationToken cancellationToken) =>
        value is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(value, type, cancellationToken);

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
