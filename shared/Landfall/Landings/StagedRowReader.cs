using System.Text;
using Landfall.Rows;
using Landfall.Runs;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>Reads the rows of a run as they are staged: their positions and texts. Their cells have been read when they came.</summary>
internal sealed class StagedRowReader(IAsyncEnumerable<StagedRow> rows) : IRowReader
{
    private readonly IAsyncEnumerator<StagedRow> _rows = rows.GetAsyncEnumerator(CancellationToken.None);
    private byte[] _raw = [];

    public long Line => _rows.Current.Line;

    public string Place => Pages.Place(Line);

    public int Count => 0;

    public ReadOnlySpan<byte> Raw => _raw;

    public Malformation? Malformed => null;

    public ReadOnlySpan<byte> Cell(int index) => throw new NotSupportedException("The row is staged as its text alone.");

    public ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>?>(null);

    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await _rows.MoveNextAsync().ConfigureAwait(false)) return false;
        _raw = Encoding.UTF8.GetBytes(_rows.Current.Text);
        return true;
    }

    public ValueTask DisposeAsync() => _rows.DisposeAsync();
}
