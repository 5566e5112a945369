namespace PipelineGen.Generators.Tests.Harness;

/// <summary>Catalog files that several tests use.</summary>
internal static class TestCatalogs
{
    public static CatalogText Orders(string extraColumn = "") => CatalogText.Of(
        "public.orders",
        $"""
        table public.orders kind=table replica_identity=default
        column id int8 not_null
        column status public.order_status not_null
        column total numeric(12,2)
        {(extraColumn.Length == 0 ? "primary_key orders_pkey id" : $"{extraColumn}\nprimary_key orders_pkey id")}
        enum public.order_status "new" "paid"
        """);

    public static CatalogText Customers(string extraColumn = "") => CatalogText.Of(
        "public.customers",
        $"""
        table public.customers kind=table replica_identity=default
        column id int8 not_null
        column name text not_null
        {(extraColumn.Length == 0 ? "primary_key customers_pkey id" : $"{extraColumn}\nprimary_key customers_pkey id")}
        """);
}
