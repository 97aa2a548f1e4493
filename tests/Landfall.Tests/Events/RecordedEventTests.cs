using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Landfall.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Events;

/// <summary>Every recorded request goes over a real connection, byte for byte, and must be read as the file beside it says.</summary>
public sealed class RecordedEventTests : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly WebApplication _app;

    public RecordedEventTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public static TheoryData<string> Recorded() => [.. RecordedEvent.Names()];

    public Task InitializeAsync() => _app.StartAsync();

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    [Theory, MemberData(nameof(Recorded))]
    public async Task Is_read_as_expected(string name)
    {
        var recorded = RecordedEvent.Load(name);

        var actual = recorded.IsRequest ? await SendAsync(recorded) : await DescribeAsync(() => Task.FromResult(EventReader.Read(recorded.Body)));

        actual.ShouldBe(await File.ReadAllTextAsync(RecordedEvent.ExpectedPath(name)));
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var answer = Encoding.UTF8.GetBytes(await DescribeAsync(() => EventReader.ReadAsync(context.Request, context.RequestAborted)));
        context.Response.Headers.Connection = "close";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private async Task<string> SendAsync(RecordedEvent recorded)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(recorded.Head);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"\r\nHost: localhost\r\nContent-Length: {recorded.Body.Length}\r\n\r\n"));
        await stream.WriteAsync(recorded.Body);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 200");
        return answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }

    private static async Task<string> DescribeAsync(Func<Task<Delivery>> read)
    {
        try
        {
            var delivery = await read();
            object? data = delivery.Data is PubSubMessage message
                ? new { message.MessageId, Data = Encoding.UTF8.GetString(message.Data.Span), message.Attributes, message.PublishTime, message.Subscription }
                : delivery.Data;
            return JsonSerializer.Serialize(new { delivery.Event, Data = data }, Readable) + "\n";
        }
        catch (BadEventException e)
        {
            return JsonSerializer.Serialize(new { e.Status, e.Message }, Readable) + "\n";
        }
    }
}
