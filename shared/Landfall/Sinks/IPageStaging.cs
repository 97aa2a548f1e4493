using Landfall.Rows;

namespace Landfall.Sinks;

/// <summary>The rows of one page on their way into a sink: nothing is sent before <see cref="CompleteAsync"/>, and then all of it in one insert.</summary>
public interface IPageStaging
{
    /// <summary>Takes the rows that fit the contract; <see cref="IRowWriter.FlushAsync"/> is not called.</summary>
    IRowWriter Rows { get; }

    /// <summary>Adds a row that breaks the contract, so that the run knows it when it lands.</summary>
    /// <param name="reject">Why; its line is the row's position in the run.</param>
    /// <param name="row">The row's text.</param>
    void Reject(Reject reject, string row);

    /// <summary>Adds a row of a page that can not be read: it refuses the run.</summary>
    /// <inheritdoc cref="Reject"/>
    void Refuse(Reject reject, string row);

    /// <summary>Sends them.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
