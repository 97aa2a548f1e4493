using System.Diagnostics;

namespace Landfall;

/// <summary>
/// The steps of a landing as spans below its event's, of the source <c>Landfall</c>: where the time goes, and where a process may die. A span begins before its step has done anything and ends when
/// all of it is done: that of <see cref="Commit"/> begins before the statement is sent, and ends after it has been answered. Of what comes behind <see cref="Receipt"/> the event's own span
/// tells: it ends before the sender is answered.
/// </summary>
public static class LandingSteps
{
    /// <summary>The first look at the ledger, so that a redelivery costs no more.</summary>
    public const string Look = "landing.look";

    /// <summary>Tables and ledger are made, unless they stand.</summary>
    public const string Prepare = "landing.prepare";

    /// <summary>The object is opened, once for each part that is read of it.</summary>
    public const string Open = "landing.open";

    /// <summary>All rows are checked and staged, those of a file from its <see cref="Open"/> on.</summary>
    public const string Stage = "landing.stage";

    /// <summary>The contract's head is taken, where that is done, and the ledger read for the decision.</summary>
    public const string Decide = "landing.decide";

    /// <summary>Rules over rows.</summary>
    public const string Check = "landing.check";

    /// <summary>The rejected rows come into being, all at once.</summary>
    public const string Quarantine = "landing.quarantine";

    /// <summary>Rows and ledger are written where nobody sees them, and committed.</summary>
    public const string Write = "landing.write";

    /// <summary>The one statement by which all of it becomes visible, within <see cref="Write"/>; where several sources share it, in the trace of one of them.</summary>
    public const string Commit = "landing.commit";

    /// <summary>A refused file is copied as it is.</summary>
    public const string Keep = "landing.keep";

    /// <summary>An outcome without rows is entered into the ledger.</summary>
    public const string Record = "landing.record";

    /// <summary>Others are told.</summary>
    public const string Announce = "landing.announce";

    /// <summary>The receipt is written, unless it is there.</summary>
    public const string Receipt = "landing.receipt";

    /// <summary>One page of a run is checked and staged.</summary>
    public const string Page = "run.page";

    /// <summary>An export becomes the run's object, unless it is there.</summary>
    public const string Export = "run.export";

    /// <summary>A run's pages are published, and last that it is complete.</summary>
    public const string Publish = "run.publish";

    private static readonly ActivitySource Source = new("Landfall");

    /// <summary>Those that a file may pass on its way, in their order.</summary>
    public static IReadOnlyList<string> OfFiles { get; } = [Look, Prepare, Open, Stage, Decide, Check, Quarantine, Write, Commit, Keep, Record, Announce, Receipt];

    /// <summary>Begins a step, to be disposed of at its end.</summary>
    /// <returns>Null while nobody listens.</returns>
    public static Activity? Begin(string step) => Source.StartActivity(step);
}
