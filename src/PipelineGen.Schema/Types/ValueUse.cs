namespace PipelineGen.Schema.Types;

/// <summary>What a value is resolved for.</summary>
internal enum ValueUse
{
    /// <summary>A StarRocks column, or a part of one, of the value's own type.</summary>
    Stored,

    /// <summary>Only to be printed as Postgres prints it: there is nothing to decide.</summary>
    Printed,

    /// <summary>A part of a JSON document, where numbers are 64-bit integers and doubles.</summary>
    InJson,
}
