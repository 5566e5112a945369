using Npgsql;
using PipelineGen.Postgres;

namespace PipelineGen.Tests.Postgres;

public class SourceFailureTests
{
    [Fact]
    public void A_type_that_the_server_cannot_send_names_the_setting()
    {
        string message = SourceFailure.Describe(new PostgresException("no binary output function available for type aclitem", "ERROR", "ERROR", "42883"), "db:5432/shop");
        Assert.Contains("no binary output function available for type aclitem. Set Source:WireFormat=text", message, StringComparison.Ordinal);

        // Any other function that is missing is something else.
        Assert.DoesNotContain("WireFormat", SourceFailure.Describe(new PostgresException("function f() does not exist", "ERROR", "ERROR", "42883"), "db:5432/shop"), StringComparison.Ordinal);
    }
}
