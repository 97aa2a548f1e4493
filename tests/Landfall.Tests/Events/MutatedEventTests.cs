using System.Text;
using Landfall.Events;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Events;

/// <summary>Whatever the bytes are, the reader throws nothing but <see cref="BadEventException"/>: every recorded event, damaged in thousands of ways.</summary>
public sealed class MutatedEventTests
{
    private const int Seed = 20260131;
    private const int Rounds = 1500;

    private static readonly byte[][] Splinters =
    [
        "\""u8.ToArray(), "\\"u8.ToArray(), "%"u8.ToArray(), "%C0%A0"u8.ToArray(), "\\ud800"u8.ToArray(), "null"u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(), "[[[[[[[["u8.ToArray(),
        "-1"u8.ToArray(), "1e999"u8.ToArray(), "99999999999999999999"u8.ToArray(), ":"u8.ToArray(), ","u8.ToArray(), "}"u8.ToArray(), [0], [0xFF], [0xC0, 0xA0], [0xED, 0xA0, 0x80],
    ];

    public static TheoryData<string> Recorded() => [.. RecordedEvent.Names()];

    [Theory, MemberData(nameof(Recorded))]
    public async Task Throws_nothing_but_BadEvent(string name)
    {
        var recorded = RecordedEvent.Load(name);
        var random = new Random(Seed + name.Sum(c => c));
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutate(recorded.Body, random);
            var request = Request(recorded, random);
            try
            {
                request.Body = new MemoryStream(body);
                _ = recorded.IsRequest ? await EventReader.ReadAsync(request, CancellationToken.None) : EventReader.Read(body);
                read++;
            }
            catch (BadEventException)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{name}, seed {Seed}, round {round}: {Encoding.UTF8.GetString(body)}", e);
            }
        }
        refused.ShouldBeGreaterThan(name.Contains("tick-with-body", StringComparison.Ordinal) ? 0 : Rounds / 50, "The damage did no damage.");
        (read + refused).ShouldBe(Rounds);
    }

    private static HttpRequest Request(RecordedEvent recorded, Random random)
    {
        var request = new DefaultHttpContext().Request;
        foreach (var (name, value) in recorded.Headers())
        {
            switch (random.Next(12))
            {
                case 0: break;
                case 1: request.Headers[name] = Encoding.UTF8.GetString(Mutate(Encoding.UTF8.GetBytes(value), random)); break;
                case 2: request.Headers[name] = new([value, value]); break;
                default: request.Headers[name] = value; break;
            }
        }
        return request;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var damaged = bytes.ToList();
        for (var times = random.Next(4); times > 0; times--)
        {
            var at = random.Next(damaged.Count + 1);
            var length = Math.Min(random.Next(20), damaged.Count - at);
            switch (random.Next(4))
            {
                case 0: damaged.RemoveRange(at, length); break;
                case 1: damaged.InsertRange(at, Splinters[random.Next(Splinters.Length)]); break;
                case 2 when at < damaged.Count: damaged[at] ^= (byte)(1 << random.Next(8)); break;
                case 3: damaged.InsertRange(at, damaged.GetRange(at, length)); break;
                default: damaged.Clear(); break;
            }
        }
        return [.. damaged];
    }
}
