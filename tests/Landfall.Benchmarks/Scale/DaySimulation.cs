namespace Landfall.Benchmarks.Scale;

/// <summary>
/// A day of small files on one contract, event by event: Pub/Sub pushes, Cloud Run's instances take what they may, each file is looked up and streamed, and each instance commits what waits in it.
/// Commits of different instances meet at the ledger's head: who touches it while another's transaction does is cancelled, and who finds another version than it read fails.
/// </summary>
internal sealed class DaySimulation
{
    public const double Day = 86_400;

    private readonly int _files;
    private readonly SinkDesign _design;
    private readonly Deployed _deployment;
    private readonly Random _random;
    private readonly DayResult _result;
    private readonly PriorityQueue<(Happening What, int Which), double> _agenda = new();
    private readonly List<Instance> _instances = [];
    private readonly double[] _arrived;
    private readonly byte[] _tries;
    private readonly int[] _where;
    private readonly int[] _jobs = new int[(int)Day * 2];
    private readonly int[] _changes = new int[(int)Day / 5];
    private readonly Queue<double> _streamed = new();
    private readonly Queue<int> _held = new();
    private double _now;
    private double _rows;
    private long _version;
    private int _holder = -1;
    private int _scripts;

    /// <param name="files">Of the day.</param>
    /// <param name="design">Of the sink.</param>
    /// <param name="deployment">Of the function.</param>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="days">How many such days the ledger has behind it; each is billed for.</param>
    private DaySimulation(int files, SinkDesign design, Deployed deployment, int seed, IReadOnlyList<int> days)
    {
        (_files, _design, _deployment, _random) = (files, design, deployment, new Random(seed));
        _result = new(files, design, deployment) { Ages = [.. days.Select(d => (double)d * files)], Billed = [.. days.Select(_ => new Dictionary<string, double>())] };
        (_arrived, _tries, _where) = (new double[files], new byte[files], new int[files]);
    }

    public static DayResult Run(int files, SinkDesign design, Deployed deployment, int seed, params int[] days) => new DaySimulation(files, design, deployment, seed, days).Run();

    private DayResult Run()
    {
        // Poisson, on the condition that so many came: independent and uniform.
        for (var i = 0; i < _files; i++) _arrived[i] = _random.NextDouble() * Day;
        Array.Sort(_arrived);
        var next = 0;
        while (true)
        {
            var isArrival = next < _files && (!_agenda.TryPeek(out _, out var at) || _arrived[next] <= at);
            if (isArrival)
            {
                _now = _arrived[next];
                Deliver(next++);
            }
            else if (_agenda.TryDequeue(out var happening, out _now) && _now < Day + 3600) Happen(happening.What, happening.Which);
            else break;
        }
        foreach (var instance in _instances) _result.InstanceSeconds += instance.Billed + (instance.Active > 0 ? Day - Math.Min(instance.Since, Day) : 0);
        _result.Instances = _instances.Count;
        _result.JobsPerSecond = _jobs.Max();
        _result.LedgerChangesPerTen = _changes.Max();
        _result.Latencies.Sort();
        _result.Groups.Sort();
        return _result;
    }

    private void Happen(Happening what, int which)
    {
        switch (what)
        {
            case Happening.Delivered: Deliver(which); break;
            case Happening.Staged: Stage(which); break;
            case Happening.Answered: Free(which); break;
            case Happening.Begun: Begin(which); break;
            case Happening.Read: Send(which); break;
            case Happening.Touched: Touch(which); break;
            default: End(which); break;
        }
    }

    private void Deliver(int file)
    {
        if (Place() is not { } place)
        {
            // Pub/Sub slows down where it is refused: taken to be as good as a queue.
            _result.Refused++;
            _held.Enqueue(file);
            return;
        }
        var instance = _instances[place];
        if (instance.Active++ == 0) instance.Since = _now;
        _result.MostActive = Math.Max(_result.MostActive, instance.Active);
        _where[file] = place;
        _result.Deliveries++;
        Job();
        Bill("look", _design.Look);
        At(_now + (instance.Billed == 0 && instance.Since == _now ? Assumptions.Start : 0) + Around(Assumptions.Query, Assumptions.QuerySpread) + Around(Assumptions.Stage, Assumptions.StageSpread), Happening.Staged, file);
    }

    /// <summary>Where a request goes: to who has the fewest; another instance starts before they are full.</summary>
    private int? Place()
    {
        var least = -1;
        for (var i = 0; i < _instances.Count; i++) if (least < 0 || _instances[i].Active < _instances[least].Active) least = i;
        var target = Math.Max(1, (int)(_deployment.Concurrency * Assumptions.Target));
        if (least >= 0 && _instances[least].Active < target) return least;
        if (_instances.Count < _deployment.Instances)
        {
            _instances.Add(new());
            return _instances.Count - 1;
        }
        return _instances[least].Active < _deployment.Concurrency ? least : null;
    }

    /// <summary>As terraform/events.tf has it: 10 seconds, then twice as long each time, 600 at most.</summary>
    private void Again(int file) => At(_now + Math.Min(10 * Math.Pow(2, Math.Min((int)_tries[file]++, 6)), 600) * (0.9 + 0.2 * _random.NextDouble()), Happening.Delivered, file);

    private void Stage(int file)
    {
        _rows += Files.Rows;
        _streamed.Enqueue(_now);
        var instance = _instances[_where[file]];
        instance.Waiting.Enqueue(file);
        if (instance.Batch.Count == 0) Lead(_where[file]);
    }

    private void Lead(int place)
    {
        var instance = _instances[place];
        while (instance.Batch.Count < _design.MaxSources && instance.Waiting.TryDequeue(out var file)) instance.Batch.Add(file);
        instance.Round = 0;
        if (instance.Batch.Count > 0) Begin(place);
    }

    private void Begin(int place)
    {
        _instances[place].Seen = _version;
        Job();
        Bill("decide", _design.Read);
        At(_now + Around(Assumptions.Query, Assumptions.QuerySpread), Happening.Read, place);
    }

    private void Send(int place)
    {
        var instance = _instances[place];
        instance.Script = Around(Assumptions.Commit, Assumptions.CommitSpread) + instance.Batch.Count * Assumptions.CommitSource;
        _result.ScriptsAtOnce = Math.Max(_result.ScriptsAtOnce, ++_scripts);
        Job();
        At(_now + instance.Script * Assumptions.Touch, Happening.Touched, place);
    }

    private void Touch(int place)
    {
        var instance = _instances[place];
        if (_holder >= 0 || instance.Seen != _version)
        {
            // Cancelled costs nothing; the UPDATE that finds another version has read it.
            if (_holder < 0) Bill("head", _design.Head);
            _scripts--;
            _result.Conflicts++;
            if (instance.Round < _design.Rounds) At(_now + _design.Wait(instance.Round++, _random.NextDouble() / 2).TotalSeconds, Happening.Begun, place);
            else GiveUp(place);
            return;
        }
        _holder = place;
        _changes[Math.Min((int)(_now / 10), _changes.Length - 1)] += 2;
        At(_now + instance.Script * (1 - Assumptions.Touch), Happening.Ended, place);
    }

    private void GiveUp(int place)
    {
        _result.GivenUp++;
        foreach (var file in _instances[place].Batch)
        {
            Free(file);
            Again(file);
        }
        _instances[place].Batch.Clear();
        Lead(place);
    }

    private void End(int place)
    {
        (_holder, _version) = (-1, _version + 1);
        _scripts--;
        while (_streamed.TryPeek(out var first) && first < _now - Assumptions.Buffer) _streamed.Dequeue();
        var buffered = (double)_streamed.Count * Files.Rows;
        Bill("head", _design.Head);
        Bill("guard", _ => _design.Guard(_rows, buffered));
        Bill("insert", _ => _design.Insert(_rows, buffered));
        var batch = _instances[place].Batch;
        _result.Commits++;
        _result.Groups.Add(batch.Count);
        foreach (var file in batch)
        {
            _result.Landed++;
            if (_now <= Day) _result.LandedInTime++;
            _result.Latencies.Add(_now - _arrived[file]);
            At(_now + Assumptions.Answer, Happening.Answered, file);
        }
        batch.Clear();
        Lead(place);
    }

    private void Free(int file)
    {
        var instance = _instances[_where[file]];
        if (--instance.Active == 0) instance.Billed += _now - instance.Since;
        if (_held.TryDequeue(out var held)) Deliver(held);
    }

    private void Bill(string what, Func<double, double> bytes)
    {
        for (var age = 0; age < _result.Ages.Count; age++)
        {
            var billed = _result.Billed[age];
            billed[what] = billed.GetValueOrDefault(what) + Math.Max(bytes(_result.Ages[age] + _result.Landed), Prices.QueryLeast);
        }
    }

    private void Job() => _jobs[Math.Min((int)_now, _jobs.Length - 1)]++;

    private void At(double time, Happening what, int which) => _agenda.Enqueue((what, which), time);

    /// <summary>Log-normal, by its median.</summary>
    private double Around(double median, double spread)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return median * Math.Exp(spread * normal);
    }
}
