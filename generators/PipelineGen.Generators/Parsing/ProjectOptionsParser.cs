using System.Globalization;
using Microsoft.CodeAnalysis.Diagnostics;
using PipelineGen.Generators.Model;
using PipelineGen.Schema;
using PipelineGen.Schema.Catalog;
using PipelineGen.Schema.Types;

namespace PipelineGen.Generators.Parsing;

/// <summary>Reads PipelineGenPolicy, PipelineGenTypes and PipelineGenStarRocksVersion; buildTransitive's targets make the compiler see them.</summary>
internal static class ProjectOptionsParser
{
    public static ProjectOptions Parse(AnalyzerConfigOptionsProvider provider)
    {
        var problems = new List<string>();
        var types = new List<TypeDefault>();
        string Property(string name) => provider.GlobalOptions.TryGetValue("build_property." + name, out string? value) ? value.Trim() : "";

        // The targets hand the list on with its semicolons replaced by spaces.
        foreach (string entry in Property("_PipelineGenTypes").Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = entry.IndexOf('=');
            string postgres = equals < 0 ? "" : entry.Substring(0, equals);
            string starRocks = equals < 0 ? "" : entry.Substring(equals + 1);
            if (!CatalogFormat.TryReadType(postgres, out TypeReference type) || type.IsArray || type.Modifiers.Count > 0 || !StarRocksTypeName.TryParse(starRocks, out _))
                problems.Add($"PipelineGenTypes has '{entry}', expected postgres_type=STARROCKS_TYPE without spaces, the type without modifiers and brackets, such as numeric=DECIMAL(38,9), and semicolons between them");
            else
                types.Add(new TypeDefault(postgres, starRocks, OutsidePolicy.Default));
        }

        string policy = Property("PipelineGenPolicy");
        if (policy.Length > 0)
        {
            // Numbers parse too, and mean nothing here.
            if (Enum.TryParse(policy, out OutsidePolicy chosen) && Enum.IsDefined(typeof(OutsidePolicy), chosen) && !char.IsDigit(policy[0]))
                types.Add(new TypeDefault(null, null, chosen));
            else
                problems.Add($"PipelineGenPolicy is '{policy}', expected Error, Null, Clamp, Text or Quarantine");
        }

        string version = Property("PipelineGenStarRocksVersion");
        int major = ContractDefaults.OldestTarget;
        if (version.Length > 0 && !int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out major))
            problems.Add($"PipelineGenStarRocksVersion is '{version}', expected a version such as 3.3 or 4.0");
        return new ProjectOptions(new ContractDefaults(types.ToEquatableArray(), Math.Max(major, ContractDefaults.OldestTarget)), problems.ToEquatableArray());
    }
}
