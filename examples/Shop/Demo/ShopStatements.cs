using Npgsql;
using NpgsqlTypes;

namespace Shop.Demo;

/// <summary>The statements of the live traffic. Each picks its row by itself, so that writers need not know of one another.</summary>
internal static class ShopStatements
{
    // $1 is a place between 0 and 1: the statements need to know neither how many rows there are nor which are gone.
    private const string AnyCustomer = "(SELECT id FROM customers WHERE id >= $1 * (SELECT max(id) FROM customers) ORDER BY id LIMIT 1)";
    private const string AnyOrder = "(SELECT id FROM orders WHERE id >= $1 * (SELECT max(id) FROM orders) ORDER BY id LIMIT 1)";
    private const string AnyProduct = "(SELECT id FROM products WHERE id >= $1 ORDER BY id LIMIT 1)";

    /// <summary>A statement without its connection.</summary>
    public static (TrafficKind Kind, NpgsqlCommand Command) Next(OddValues values) => values.Random.Next(23) switch
    {
        0 or 1 => InsertCustomer(values),
        2 or 3 or 4 => InsertOrder(values),
        5 => InsertProduct(values),
        6 or 7 => (TrafficKind.Update, Command($"UPDATE orders SET status = $2::order_status, total = -total, delivered_at = $3 WHERE id = {AnyOrder}",
            Place(values), Text(Seed.Statuses[values.Random.Next(Seed.Statuses.Length)]), new() { Value = values.Timestamp(), NpgsqlDbType = NpgsqlDbType.Timestamp })),
        // The large values beside these are neither read nor written: the change carries nothing of them.
        8 => (TrafficKind.Update, Command($"UPDATE customers SET is_active = NOT is_active, tags = $2 WHERE id = {AnyCustomer}",
            Place(values), new() { Value = values.TextArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text })),
        9 => (TrafficKind.Update, Command("UPDATE products SET price = -price WHERE octet_length(picture) > 2000 AND id = (SELECT id FROM products WHERE octet_length(picture) > 2000 AND id >= $1 ORDER BY id LIMIT 1)", Uuid(values))),
        10 => (TrafficKind.Update, Command($"UPDATE products SET picture = $2, weight = NULL WHERE id = {AnyProduct}", Uuid(values), Nullable(values.Bytes(), NpgsqlDbType.Bytea))),
        11 => (TrafficKind.Update, Command($"UPDATE orders SET note = $2, metadata = $3 WHERE id = {AnyOrder}", Place(values), Nullable(values.Note(), NpgsqlDbType.Text), Nullable(values.OneIn(3) ? null : values.Json(), NpgsqlDbType.Jsonb))),
        12 or 13 => (TrafficKind.Update, Command($"UPDATE order_items SET quantity = quantity / 2 + 1, options = $2 WHERE order_id = {AnyOrder}", Place(values), Nullable(values.LooseJson(), NpgsqlDbType.Json))),
        14 => (TrafficKind.KeyChange, Command($"UPDATE order_items SET line = line + 100 WHERE order_id = {AnyOrder} AND line < 30000", Place(values))),
        // Cascades into the key of its lines.
        15 => (TrafficKind.KeyChange, Command($"UPDATE orders SET id = -id WHERE id = {AnyOrder}", Place(values))),
        16 => (TrafficKind.KeyChange, Command($"UPDATE products SET id = $2 WHERE id = {AnyProduct}", Uuid(values), Uuid(values))),
        17 => (TrafficKind.Delete, Command($"DELETE FROM order_items WHERE order_id = {AnyOrder}", Place(values))),
        20 or 21 or 22 => (TrafficKind.Insert, Command("INSERT INTO page_views (viewed_at, path, customer_id, seconds, headers) SELECT clock_timestamp(), $1 || i, NULL, $2, $3 FROM generate_series(1, 3) AS i",
            Text("/" + values.Word() + "/"), Nullable(values.Double(), NpgsqlDbType.Double), Nullable(values.OneIn(3) ? null : values.Json(), NpgsqlDbType.Jsonb))),
        18 => (TrafficKind.Delete, Command($"DELETE FROM orders WHERE id = {AnyOrder}", Place(values))),
        _ => (TrafficKind.Delete, Command("DELETE FROM customers WHERE id = (SELECT id FROM customers c WHERE id >= $1 * (SELECT max(id) FROM customers) AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) ORDER BY id LIMIT 1)", Place(values))),
    };

    private static (TrafficKind, NpgsqlCommand) InsertCustomer(OddValues values) => (TrafficKind.Insert, Command(
        "INSERT INTO customers (public_id, name, email, tags, preferences, internal_note) VALUES ($1, $2, $3, $4, $5, $6)",
        Uuid(values), Text(values.Name()), Text(values.Name()), new() { Value = values.TextArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        Nullable(values.OneIn(3) ? null : values.Json(), NpgsqlDbType.Jsonb), Nullable(values.Note(), NpgsqlDbType.Text)));

    private static (TrafficKind, NpgsqlCommand) InsertProduct(OddValues values) => (TrafficKind.Insert, Command(
        "INSERT INTO products (id, sku, name, price, weight, dimensions, picture, available_from, attributes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        Uuid(values), Text(values.ShortText(32) ?? ""), Text(values.Name()), new() { Value = values.Decimal(999_999_999_999, 2), NpgsqlDbType = NpgsqlDbType.Numeric },
        Nullable(values.Double(), NpgsqlDbType.Double), Nullable(values.Dimensions(), NpgsqlDbType.Array | NpgsqlDbType.Numeric), Nullable(values.Bytes(), NpgsqlDbType.Bytea),
        new() { Value = values.Date(), NpgsqlDbType = NpgsqlDbType.Date }, new() { Value = values.Json(), NpgsqlDbType = NpgsqlDbType.Jsonb }));

    /// <summary>An order with three lines: two tables in one statement.</summary>
    private static (TrafficKind, NpgsqlCommand) InsertOrder(OddValues values) => (TrafficKind.Insert, Command($"""
        WITH placed AS (
            INSERT INTO orders (customer_id, status, total, placed_at, note, external_ref, coupon, metadata, flags)
            SELECT c.id, 'placed', $3, now(), $4, gen_random_uuid(), $5, $6, $7 FROM customers c WHERE c.id = {AnyCustomer}
            RETURNING id)
        INSERT INTO order_items (order_id, line, product_id, quantity, unit_price, discount)
        SELECT placed.id, line, (SELECT p.id FROM products p WHERE p.id >= $2 ORDER BY p.id LIMIT 1), line * 3, 9.99, 0.1 FROM placed, generate_series(1, 3) AS line
        WHERE EXISTS (SELECT 1 FROM products p WHERE p.id >= $2)
        """,
        Place(values), Uuid(values), new() { Value = values.Decimal(99_999_999_999_999, 2), NpgsqlDbType = NpgsqlDbType.Numeric },
        Nullable(values.Note(), NpgsqlDbType.Text), Nullable(values.ShortText(20), NpgsqlDbType.Varchar), Nullable(values.Json(), NpgsqlDbType.Jsonb),
        new() { Value = values.IntArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer }));

    private static NpgsqlCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql);
        foreach (NpgsqlParameter parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter Place(OddValues values) => new() { Value = values.Random.NextDouble(), NpgsqlDbType = NpgsqlDbType.Double };

    private static NpgsqlParameter Uuid(OddValues values) => new() { Value = values.Uuid(), NpgsqlDbType = NpgsqlDbType.Uuid };

    private static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
