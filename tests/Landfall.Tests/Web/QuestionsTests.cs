using Landfall.Tests.Hosting;
using Landfall.Web.Reading;
using Shouldly;
using Xunit;

namespace Landfall.Tests.Web;

/// <summary>However often pages are loaded, a warehouse is asked a few things at a time, and what takes long now and then.</summary>
public sealed class QuestionsTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Questions _questions;
    private int _asked;

    public QuestionsTests() => _questions = new(_time);

    public void Dispose() => _questions.Dispose();

    [Fact]
    public async Task Eight_are_under_way_at_a_time()
    {
        var (under, most) = (0, 0);
        using var door = new SemaphoreSlim(0);
        var all = Enumerable.Range(0, 30).Select(_ => _questions.AskAsync(async token =>
        {
            lock (door) most = Math.Max(most, ++under);
            await door.WaitAsync(token);
            lock (door) under--;
            return 0;
        }, default)).ToList();
        most.ShouldBe(8);
        door.Release(30);
        await Task.WhenAll(all);
        most.ShouldBe(8);
    }

    [Fact]
    public async Task Who_asks_meanwhile_is_given_the_same_answer()
    {
        var answer = new TaskCompletionSource<int>();
        using var leaving = new CancellationTokenSource();
        var left = _questions.AskNowAndThenAsync("q", TimeSpan.Zero, _ => CountedAsync(answer.Task), leaving.Token);
        var stayed = _questions.AskNowAndThenAsync("q", TimeSpan.Zero, _ => CountedAsync(answer.Task), default);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(left);
        answer.SetResult(7);
        (await stayed).ShouldBe(7);
        _asked.ShouldBe(1);
    }

    /// <param name="took">Milliseconds that the answer took.</param>
    /// <param name="serves">Milliseconds that it serves.</param>
    [Theory]
    [InlineData(10, 0)]
    [InlineData(100, 2_000)]
    [InlineData(10_000, 30_000)]
    public async Task An_answer_serves_by_what_it_took(int took, int serves)
    {
        await AskAsync("q", TimeSpan.Zero, took);
        if (serves > 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(serves - 1));
            await AskAsync("q", TimeSpan.Zero, took);
            _asked.ShouldBe(1);
            await AskAsync("another", TimeSpan.Zero, took: 0);
            _asked.ShouldBe(2);
            _asked--;
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        await AskAsync("q", TimeSpan.Zero, took);
        _asked.ShouldBe(2);
    }

    [Fact]
    public async Task What_changes_once_a_day_is_asked_once_an_hour()
    {
        await AskAsync("costs", TimeSpan.FromHours(1), took: 1);
        _time.Advance(TimeSpan.FromMinutes(59));
        await AskAsync("costs", TimeSpan.FromHours(1), took: 1);
        _asked.ShouldBe(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync("costs", TimeSpan.FromHours(1), took: 1);
        _asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_question_that_failed_is_asked_again()
    {
        await Should.ThrowAsync<IOException>(_questions.AskNowAndThenAsync<int>("q", TimeSpan.FromHours(1), _ => throw new IOException("down"), default));
        await AskAsync("q", TimeSpan.FromHours(1), took: 1);
        _asked.ShouldBe(1);
    }

    private Task<int> AskAsync(string question, TimeSpan atLeast, int took) => _questions.AskNowAndThenAsync(question, atLeast, _ =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(took));
        return CountedAsync(Task.FromResult(1));
    }, default);

    private async Task<int> CountedAsync(Task<int> answer)
    {
        Interlocked.Increment(ref _asked);
        return await answer;
    }
}
