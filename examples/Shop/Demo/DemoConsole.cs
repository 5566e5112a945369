using System.Globalization;

namespace Shop.Demo;

/// <summary>
/// Steps and progress on standard error, results on standard output. On a terminal progress is one line in place;
/// elsewhere a line a second at most.
/// </summary>
internal sealed class DemoConsole(TimeProvider time)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly bool _inPlace = !Console.IsErrorRedirected;
    private long _lastLine;
    private string _lastText = "";
    private int _shown;

    /// <summary>How often it is worth to look for new progress.</summary>
    public TimeSpan Interval => _inPlace ? TimeSpan.FromMilliseconds(150) : BetweenLines;

    public void Step(string text)
    {
        lock (_lock)
        {
            Clear();
            Console.Error.WriteLine(text);
        }
    }

    public void Progress(string text)
    {
        lock (_lock)
        {
            if (_inPlace)
            {
                // A line that wraps can't be taken back.
                int width = Math.Max(20, Console.WindowWidth - 1);
                text = text.Length <= width ? text : text[..width];
                Console.Error.Write($"\r{text.PadRight(_shown)}");
                _shown = text.Length;
                return;
            }

            // In a log a line that says what the last one said is noise.
            if (text == _lastText || (_lastLine != 0 && time.GetElapsedTime(_lastLine) < BetweenLines))
                return;
            _lastLine = time.GetTimestamp();
            _lastText = text;
            Console.Error.WriteLine(text);
        }
    }

    public void Result(string text)
    {
        lock (_lock)
        {
            Clear();
            Console.Out.WriteLine(text);
        }
    }

    /// <summary>A number with thousands separated.</summary>
    public static string Count(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Bytes in the unit that fits.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
    };

    public static string Seconds(TimeSpan elapsed) => elapsed < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s");

    private void Clear()
    {
        if (_inPlace && _shown > 0)
            Console.Error.Write($"\r{new string(' ', _shown)}\r");
        _shown = 0;
    }
}
