using Landfall.Rows;
using Npgsql;

namespace Landfall.Rest.Reading;

/// <summary>A row that a request waits for. It ends with the row, with null for none, or by what went wrong.</summary>
internal sealed class WantedRow(RowQuery query, IReadOnlyList<string> key, RowFormat format)
{
    private readonly TaskCompletionSource<WantedRow?> _end = new();
    private TextBuffer? _body;
    private Exception? _fault;

    public RowQuery Query => query;

    public IReadOnlyList<string> Key => key;

    public Task<WantedRow?> Task => _end.Task;

    /// <summary>Whoever has it returns it to <see cref="TextBuffers"/>.</summary>
    public TextBuffer Body => _body!;

    /// <summary>The row's xmin.</summary>
    public uint Version { get; private set; }

    /// <summary>Takes it from where the reader stands.</summary>
    public void Take(NpgsqlDataReader reader)
    {
        var body = TextBuffers.Rent();
        using var writer = new RowWriter(reader, query.Select, format, body);
        if (format is CsvRows) format.Begin(body, query.Select);
        writer.Write(first: true);
        (Version, _body) = (writer.Version(), body);
    }

    public void Fail(Exception fault) => _fault = fault;

    /// <summary>Nobody waits any more.</summary>
    public void Cancel(CancellationToken cancellationToken) => _end.TrySetCanceled(cancellationToken);

    /// <summary>The request goes on, upon this thread.</summary>
    public void End()
    {
        var waited = _fault is null ? _end.TrySetResult(_body is null ? null : this) : _end.TrySetException(_fault);
        if (!waited && _body is not null) TextBuffers.Return(_body);
    }
}
