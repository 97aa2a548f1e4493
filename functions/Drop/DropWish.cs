namespace Landfall.Functions;

/// <summary>What a caller wants of a file.</summary>
internal enum DropWish
{
    /// <summary><c>POST /drop/{team}/{dataset}</c>: it is the body.</summary>
    Send,

    /// <summary><c>POST /drop/{team}/{dataset}/url</c>: it is sent to a URL that the answer names.</summary>
    Url,

    /// <summary><c>GET /drop/{team}/{dataset}</c>: what became of it.</summary>
    Ask,
}
