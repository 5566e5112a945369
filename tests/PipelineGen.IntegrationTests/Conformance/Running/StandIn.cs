using PipelineGen.LocalStarRocks;

namespace PipelineGen.IntegrationTests.Conformance.Running;

/// <summary>A stand-in, and the clock it goes by when a case may move it.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    private StandIn(LocalStarRocksServer server, ManualClock? clock)
    {
        Server = server;
        Clock = clock;
    }

    public LocalStarRocksServer Server { get; }

    public ManualClock? Clock { get; }

    public StarRocksAddress Address
    {
        get
        {
            string[] endpoint = Server.QueryEndpoint.Split(':');
            return new StarRocksAddress(Server.LoadUrl.Host, Server.LoadUrl.Port, endpoint[0], int.Parse(endpoint[1], System.Globalization.CultureInfo.InvariantCulture), Server.User, Server.Password);
        }
    }

    public static async Task<StandIn> StartAsync(string version, ManualClock? clock = null) =>
        new(await LocalStarRocksServer.StartAsync(new LocalStarRocksOptions { Version = version, Password = "s3cret", TimeProvider = clock ?? TimeProvider.System }), clock);

    /// <summary>Sets a switch of <see cref="LocalStarRocksFaults"/> by its name, or calls the method of the server or its faults that bears it.</summary>
    public async Task SetFaultAsync(string name, string? value)
    {
        foreach (object owner in (object[])[Server.Faults, Server])
        {
            Type type = owner.GetType();
            if (type.GetProperty(name) is { CanWrite: true } property)
            {
                property.SetValue(owner, Parsed(value, property.PropertyType));
                return;
            }

            if (type.GetMethod(name) is { } method)
            {
                if (method.Invoke(owner, [.. method.GetParameters().Select(static _ => Type.Missing)]) is Task running)
                    await running;
                return;
            }
        }

        throw new InvalidOperationException($"the stand-in has no fault switch '{name}'");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static object? Parsed(string? value, Type type) =>
        type == typeof(TimeSpan) ? TimeSpan.FromSeconds(int.Parse(value ?? "1", System.Globalization.CultureInfo.InvariantCulture))
        : type == typeof(bool) ? value is null or "true"
        : Convert.ChangeType(value ?? "1", Nullable.GetUnderlyingType(type) ?? type, System.Globalization.CultureInfo.InvariantCulture);
}
