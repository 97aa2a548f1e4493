namespace Landfall.Reports.Reading;

internal enum SqlTokenKind
{
    /// <summary>A keyword or a name, with or without quotes around it.</summary>
    Word,

    /// <summary>A text or a number.</summary>
    Value,

    /// <summary>One character of any other kind.</summary>
    Symbol,

    /// <summary><c>${name}</c></summary>
    Table,

    /// <summary><c>@name</c></summary>
    Parameter,
}
