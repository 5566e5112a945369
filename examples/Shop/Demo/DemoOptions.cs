using System.Globalization;

namespace Shop.Demo;

/// <summary>What the demo's command line says.</summary>
internal sealed record DemoOptions
{
    public const string Usage = """
        Usage: Shop [--rows N] [--seconds N] [--seed N] [--keep]

        Without arguments: a demo on this machine. It starts a throwaway PostgreSQL and a local stand-in for StarRocks, seeds
        the shop, copies it, streams live changes, and compares source and target row by row.

          --rows N      rows to seed, over the five tables (100000)
          --seconds N   how long live changes are made (8)
          --seed N      seed of all random values (printed; another each time)
          --keep        leave both servers up until Ctrl-C, and print how to connect

        With Source:ConnectionString and StarRocks:* configured (appsettings.json, environment as Source__ConnectionString,
        or --Source:ConnectionString=...), or with a verb first, it is the compiled pipeline: run, check, status, ddl, verify, ...

        Exit status: 0 verified, 1 failed or different, 2 usage.
        """;

    public int Rows { get; init; } = 100_000;

    public int Seconds { get; init; } = 8;

    public int? Seed { get; init; }

    public bool Keep { get; init; }

    public bool Help { get; init; }

    /// <summary>Reads the arguments; on a mistake <paramref name="mistake"/> says what it is.</summary>
    public static DemoOptions Parse(IReadOnlyList<string> args, out string? mistake)
    {
        var options = new DemoOptions();
        mistake = null;
        for (int i = 0; i < args.Count && mistake is null; i++)
        {
            string[] parts = args[i].Split('=', 2);
            switch (parts[0])
            {
                case "--help" or "-h" or "-?": options = options with { Help = true }; break;
                case "--keep": options = options with { Keep = true }; break;
                case "--rows": options = options with { Rows = Number(10, 50_000_000, ref mistake) }; break;
                case "--seconds": options = options with { Seconds = Number(0, 86_400, ref mistake) }; break;
                case "--seed": options = options with { Seed = Number(0, int.MaxValue, ref mistake) }; break;
                default: mistake = $"'{args[i]}' is not an option of the demo."; break;
            }

            int Number(int least, int most, ref string? mistake)
            {
                string? text = parts.Length == 2 ? parts[1] : i + 1 < args.Count ? args[++i] : null;
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
                    return number;
                mistake = string.Create(CultureInfo.InvariantCulture, $"{parts[0]} needs a number from {least} to {most}.");
                return 0;
            }
        }

        return options;
    }
}
