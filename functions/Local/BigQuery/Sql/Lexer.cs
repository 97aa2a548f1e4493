using System.Globalization;
using System.Text;

namespace Landfall.Local.BigQuery.Sql;

/// <summary>Cuts GoogleSQL into its words (https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical).</summary>
internal sealed class Lexer(string sql)
{
    private static readonly string[] LongSymbols = ["!=", "<>", "<=", ">=", "||", "<<", ">>", "=>", "|>"];

    private readonly List<Token> _tokens = [];
    private int _at;

    /// <exception cref="BigQueryFault">A string or comment without an end, or a character that GoogleSQL has not.</exception>
    public List<Token> Read()
    {
        while (SkipBlank())
        {
            var start = _at;
            var (kind, text) = Next();
            var key = kind switch { TokenKind.Word => text.ToUpperInvariant(), TokenKind.Symbol => text, _ => "" };
            _tokens.Add(new(kind, text, key, start, _at));
        }
        _tokens.Add(new(TokenKind.End, "", "", _at, _at));
        return _tokens;
    }

    private char Here => _at < sql.Length ? sql[_at] : '\0';

    private char After(int distance = 1) => _at + distance < sql.Length ? sql[_at + distance] : '\0';

    private BigQueryFault Fault(string what, int at) => SqlText.SyntaxError(sql, at, what);

    private bool SkipBlank()
    {
        while (_at < sql.Length)
        {
            if (char.IsWhiteSpace(Here)) _at++;
            else if (Here == '#' || (Here == '-' && After() == '-')) _at = IndexOr(sql.IndexOf('\n', _at), sql.Length);
            else if (Here == '/' && After() == '*')
            {
                var end = sql.IndexOf("*/", Math.Min(_at + 2, sql.Length), StringComparison.Ordinal);
                _at = end < 0 ? throw Fault("Unclosed comment", _at) : end + 2;
            }
            else return true;
        }
        return false;
    }

    private static int IndexOr(int index, int otherwise) => index < 0 ? otherwise : index;

    private (TokenKind Kind, string Text) Next()
    {
        var start = _at;
        if (Prefix() is { } prefix)
        {
            _at += prefix.Length;
            return Quoted(start, prefix.Contains('r', StringComparison.OrdinalIgnoreCase), prefix.Contains('b', StringComparison.OrdinalIgnoreCase));
        }
        if (Here == '`') return (TokenKind.Quoted, Quoted(start, raw: false, bytes: false).Text);
        if (Here == '_' || char.IsAsciiLetter(Here)) return (TokenKind.Word, Name());
        if (char.IsAsciiDigit(Here) || (Here == '.' && char.IsAsciiDigit(After()) && !EndsOperand())) return (TokenKind.Number, Number());
        if (Here == '@') return Variable();
        if (Here == '?') throw BigQueryFault.NotSupported("A positional parameter (?)");
        var symbol = Array.Find(LongSymbols, known => string.CompareOrdinal(sql, _at, known, 0, 2) == 0) ?? $"{Here}";
        if (symbol == "|>") throw BigQueryFault.NotSupported("The pipe operator (|>)");
        if (symbol.Length == 1 && !"()[],.;+-*/=<>&|^~".Contains(Here, StringComparison.Ordinal)) throw Fault($"Illegal input character \"{Here}\"", _at);
        _at += symbol.Length;
        return (TokenKind.Symbol, symbol);
    }

    /// <summary>Whether a point that follows belongs to a path.</summary>
    private bool EndsOperand() => _tokens.Count > 0 && _tokens[^1] is { Kind: TokenKind.Word or TokenKind.Quoted or TokenKind.Symbol, Key: not ("(" or "," or "[") } last
        && (last.Kind != TokenKind.Symbol || last.Key is ")" or "]") && last.End == _at;

    /// <summary>What stands before a string's first quote: nothing, <c>r</c>, <c>b</c> or both; null when no string begins here.</summary>
    private string? Prefix()
    {
        var length = 0;
        while (length < 2 && char.ToUpperInvariant(After(length)) is 'R' or 'B') length++;
        return After(length) is '\'' or '"' ? sql.Substring(_at, length) : null;
    }

    private string Name()
    {
        var start = _at;
        while (Here == '_' || char.IsAsciiLetterOrDigit(Here)) _at++;
        return sql[start.._at];
    }

    private (TokenKind, string) Variable()
    {
        var start = _at;
        var kind = After() == '@' ? TokenKind.SystemVariable : TokenKind.Parameter;
        _at += kind == TokenKind.SystemVariable ? 2 : 1;
        var name = Here == '`' ? Quoted(_at, raw: false, bytes: false).Text : Name();
        return name.Length > 0 ? (kind, name) : throw Fault("Unexpected \"@\"", start);
    }

    private string Number()
    {
        var start = _at;
        if (Here == '0' && After() is 'x' or 'X')
        {
            _at += 2;
            while (char.IsAsciiHexDigit(Here)) _at++;
            if (!long.TryParse(sql.AsSpan(start + 2, _at - start - 2), NumberStyles.AllowHexSpecifier, null, out var value))
                throw Fault($"Invalid integer literal: {sql[start.._at]}", start);
            return $"{value}";
        }
        while (char.IsAsciiDigit(Here)) _at++;
        if (Here == '.') _at++;
        while (char.IsAsciiDigit(Here)) _at++;
        if (Here is 'e' or 'E')
        {
            _at += After() is '+' or '-' ? 2 : 1;
            if (!char.IsAsciiDigit(Here)) throw Fault("Invalid floating point literal", start);
            while (char.IsAsciiDigit(Here)) _at++;
        }
        return Here == '_' || char.IsAsciiLetterOrDigit(Here) ? throw Fault("Missing whitespace between literal and alias", _at) : sql[start.._at];
    }

    private (TokenKind Kind, string Text) Quoted(int start, bool raw, bool bytes)
    {
        var mark = Here;
        var triple = mark != '`' && After() == mark && After(2) == mark;
        _at += triple ? 3 : 1;
        var text = new StringBuilder();
        var octets = new List<byte>();
        while (true)
        {
            if (_at >= sql.Length || (!triple && Here is '\n' or '\r')) throw Fault($"Unclosed {(mark == '`' ? "identifier" : "string")} literal", start);
            if (Here == mark && (!triple || (After() == mark && After(2) == mark))) break;
            var from = _at;
            var code = Here == '\\' ? Escape(raw) : null;
            if (code is null) _at = Math.Max(_at, from + 1);
            if (code is null) text.Append(sql, from, _at - from);
            else if (bytes)
            {
                Flush(text, octets);
                octets.Add((byte)code.Value);
            }
            else if (Rune.IsValid(code.Value) && code != 0) text.Append(new Rune(code.Value).ToString());
            else throw Fault("Illegal escape sequence", from);
        }
        _at += triple ? 3 : 1;
        if (!bytes) return (TokenKind.Text, text.ToString());
        Flush(text, octets);
        return (TokenKind.Bytes, Convert.ToHexStringLower([.. octets]));
    }

    private static void Flush(StringBuilder text, List<byte> octets)
    {
        octets.AddRange(Encoding.UTF8.GetBytes(text.ToString()));
        text.Clear();
    }

    /// <summary>The character that an escape stands for; null for one that stays as it is, in a raw string.</summary>
    private int? Escape(bool raw)
    {
        var start = _at;
        var kind = After();
        _at = Math.Min(_at + 2, sql.Length);
        if (raw) return null;
        if ("abfnrtv".IndexOf(kind, StringComparison.Ordinal) is >= 0 and var index) return "\a\b\f\n\r\t\v"[index];
        if (kind is '\\' or '?' or '"' or '\'' or '`') return kind;
        var (digits, radix) = kind switch { 'x' or 'X' => (2, 16), 'u' => (4, 16), 'U' => (8, 16), >= '0' and <= '3' => (3, 8), _ => throw Fault("Illegal escape sequence", start) };
        if (radix == 8) _at--;
        var value = 0;
        for (var i = 0; i < digits; i++, _at++)
        {
            var digit = char.IsAsciiHexDigit(Here) ? Convert.ToInt32($"{Here}", 16) : radix;
            if (digit >= radix || value > 0x10FFFF) throw Fault("Illegal escape sequence", start);
            value = (value * radix) + digit;
        }
        return value;
    }
}
