using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Landfall.Local.Bloomreach;

/// <summary>The customers of the stand-in: people made of their number, always the same, and what has been written back to them since the start.</summary>
/// <param name="count">How many there are, numbered from 1.</param>
internal sealed class StandInCustomers(int count)
{
    /// <summary>The ids first, then the properties: the order of an export that names no attributes.</summary>
    public static readonly string[] Ids = ["registered", "cookie"], Properties = ["first_name", "last_name", "email", "company", "employees", "country"];

    private static readonly string[] FirstNames = ["Ana", "Björn", "Chloé", "Dmytro", "Eva", "Farid", "Grace", "Hồng"], LastNames = ["O'Neill", "Novák", "Silva", "Müller", "García Márquez", "Smith, Jr."];

    private static readonly string[] Trades = ["Bakery", "Brewery", "Foundry", "Mill", "Pharmacy", "Printworks", "Shipyard", "Tannery", "Winery"];

    private static readonly string[] Countries = ["CO", "CZ", "DE", "GB", "PT", "SK", "US"];

    /// <summary>What is kept as the number of employees, beside numbers: the source of empty, odd and wrong values.</summary>
    private static readonly string[] OddEmployees = ["\"\"", "null", "\"n/a\"", "\"-5\"", "\"10.5\"", "\"\"", "2.5e1"];

    private readonly ConcurrentDictionary<(string Customer, string Property), (double Time, string Json)> _written = new();

    public int Count => count;

    public static string Registered(int number) => $"customer-{number:000000}";

    /// <summary>Sets properties, each unless it has been set at a later time (https://documentation.bloomreach.com/engagement/reference/update-customer-properties-2).</summary>
    /// <param name="customer">The hard id.</param>
    /// <param name="properties">By name.</param>
    /// <param name="time">Unix seconds.</param>
    public void Write(string customer, JsonObject properties, double time)
    {
        foreach (var (name, value) in properties)
        {
            var json = value?.ToJsonString() ?? "null";
            _written.AddOrUpdate((customer, name), _ => (time, json), (_, old) => time > old.Time ? (time, json) : old);
        }
    }

    /// <summary>What was set last, as JSON; null for nothing.</summary>
    public string? Written(string customer, string property) => _written.TryGetValue((customer, property), out var written) ? written.Json : null;

    /// <summary>Writes one attribute of one customer.</summary>
    public void WriteTo(Utf8JsonWriter json, int number, string attribute)
    {
        if (_written.TryGetValue((Registered(number), attribute), out var written)) json.WriteRawValue(written.Json);
        else if (attribute == "cookie") Cookies(json, number);
        else if (attribute == "employees") json.WriteRawValue(Employees(number));
        else json.WriteStringValue(Text(number, attribute));
    }

    /// <summary>A soft id: none, one or some.</summary>
    private static void Cookies(Utf8JsonWriter json, int number)
    {
        json.WriteStartArray();
        for (var i = 0; i < number % 4; i++) json.WriteStringValue($"{number:x8}-{i:x4}");
        json.WriteEndArray();
    }

    // Text, as in the sample that is public; sometimes a number, which an export may hold, too.
    private static string Employees(int number) =>
        number % 6 == 0 ? OddEmployees[number / 6 % OddEmployees.Length] : number % 5 == 0 ? $"{number * 7 % 500}" : $"\"{number * 7 % 500}\"";

    private static string? Text(int number, string attribute) => attribute switch
    {
        "registered" => Registered(number),
        "first_name" => FirstNames[number % FirstNames.Length],
        "last_name" => LastNames[number % LastNames.Length],
        "email" => number % 8 == 0 ? "" : $"customer{number}@example.com",
        "company" => $"{Trades[number % Trades.Length]} \"{(number % 3 == 0 ? "Bogotá" : "Košice")}\"",
        "country" => Countries[number % Countries.Length],
        _ => null,
    };
}
