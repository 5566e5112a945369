namespace PipelineGen.StarRocks;

/// <summary>Base of every error that talking to StarRocks can end in.</summary>
public abstract class StarRocksException : Exception
{
    private protected StarRocksException(ErrorClass errorClass, string message, Exception? inner)
        : base(message, inner) => Class = errorClass;

    /// <summary>What the error asks of its receiver.</summary>
    public ErrorClass Class { get; }

    /// <summary>Whether the same request may be sent again without asking anybody.</summary>
    public bool IsRetryable => Class is ErrorClass.Retryable or ErrorClass.SlowDown;
}

/// <summary>A load, or a question about one, did not end well.</summary>
public sealed class StarRocksLoadException : StarRocksException
{
    /// <summary>Makes the error.</summary>
    public StarRocksLoadException(ErrorClass errorClass, string message, string? table = null, string? label = null, LoadError? error = null, Exception? inner = null)
        : base(errorClass, message, inner)
    {
        Table = table;
        Label = label;
        Error = error;
    }

    /// <summary>The table, where the request named one.</summary>
    public string? Table { get; }

    /// <summary>The label, where the request named one.</summary>
    public string? Label { get; }

    /// <summary>The server's own words, where it had any.</summary>
    public LoadError? Error { get; }
}

/// <summary>A SQL statement failed, or the connection that should have carried it.</summary>
public sealed class StarRocksSqlException : StarRocksException
{
    /// <summary>Makes the error.</summary>
    public StarRocksSqlException(ErrorClass errorClass, string message, int code = 0, string sqlState = "", Exception? inner = null)
        : base(errorClass, message, inner)
    {
        Code = code;
        SqlState = sqlState;
    }

    /// <summary>The server's error code, 0 when the error is the connection's.</summary>
    public int Code { get; }

    /// <summary>The server's SQLSTATE, empty when the error is the connection's.</summary>
    public string SqlState { get; }
}
