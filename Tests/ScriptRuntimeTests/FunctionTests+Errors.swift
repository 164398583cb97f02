import DataValue
import Testing

/// What functions do with secrets, and what they say about wrong arguments.
extension FunctionTests {
    // MARK: Secrets

    @Test(arguments: [
        "upper(secret('a'))", "lower(secret('a'))", "trim(secret(' a '))", "reverse(secret('ab'))",
        "string(secret('a'))",
        "replace(secret('ab'), 'a', 'b')", "replace('ab', secret('a'), 'b')", "replace('ab', 'a', secret('b'))",
        "replace_all(secret('ab'), 'x', 'b')", "replace_all('ab', 'a', secret('$0'))", "join(['a', secret('b')], '-')",
        "join(['a', 'b'], secret('-'))", "first(split(secret('a,b'), ','))", "first(split('a,b', secret(',')))",
        "find(secret('ab'), 'a')[0]", "find(secret('ab'), '(a)')[1]", "secret(secret('a'))",
        "sort([secret('b'), secret('a')])[0]",
        "first([secret('a')])", "max(secret('a'), 'A')", "flatten([[secret('a')]])[0]",
        "query({a: secret('x')}, 'a')",
    ])
    func whatComesFromASecretIsOne(expression: String) throws {
        #expect(try text(expression) == #""****""#)
        #expect(try text("type(\(expression))") == #""secret""#)
    }

    @Test(arguments: [
        ("reveal(upper(secret('a')))", #""A""#), ("reveal(join(['a', secret('b')], '-'))", #""a-b""#),
        ("reveal(len(secret('abc')))", #""3""#), ("len(secret('abc')) == 3", "true"),
        ("len(secret('abc')) < 3", "false"),
        ("starts_with(secret('abc'), 'a')", "true"), ("contains(secret('abc'), secret('b'))", "true"),
        ("find(secret('a'), 'x')", "null"),
        ("secret('a') == 'a'", "true"), ("json(secret('a'))", #""\"****\"""#),
        ("join([[secret('a')]], ',')", #""[\"****\"]""#),
        ("has({a: 1}, secret('a'))", "true"), ("reveal('a')", #""a""#),
    ])
    func whatSecretsTell(expression: String, expected: String) throws {
        #expect(try text(expression) == expected)
    }

    // MARK: Errors

    @Test(arguments: [
        ("len(1)", "Script.Type: the argument of len() must be a string, a list or a record, not an int"),
        ("split('a', 1)", "Script.Type: the second argument of split() must be a string, not an int"),
        ("upper(null)", "Script.Type: the argument of upper() must be a string, not null"),
        ("has([1], 'a')", "Script.Type: the second argument of has() must be an int, not a string"),
        ("has(1, 'a')", "Script.Type: the first argument of has() must be a record or a list, not an int"),
        ("contains('a', 1)", "Script.Type: the second argument of contains() must be a string, not an int"),
        (
            "contains(1, 1)",
            "Script.Type: the first argument of contains() must be a list, a record or a string, not an int"
        ),
        ("range(1, 9e18)", "Script.Type: the second argument of range() must be an int, not a float"),
        ("range(1, 9000000000000000000)", "Script.Value: range(): that is a list of more than 10000000 numbers"),
        (
            "range(-9223372036854775807, 9223372036854775807)",
            "Script.Value: range(): that is a list of more than 10000000 numbers"
        ),
        ("range(1, 2, 0)", "Script.Value: range(): the step is 0"),
        ("first([])", "Script.Index: first(): the list is empty"),
        ("last([])", "Script.Index: last(): the list is empty"),
        ("min([])", "Script.Index: min(): the list is empty"),
        ("first([1], -1)", "Script.Value: first(): there are no -1 elements"),
        ("sort([1, 'a'])", "Script.Type: cannot compare a string and an int"),
        ("sum(['a'])", "Script.Type: sum() adds numbers or durations, not a string"),
        ("sum([1, 5s])", "Script.Type: cannot add an int and a duration"),
        ("sum([9223372036854775807, 1])", "Script.Overflow: 9223372036854775807 + 1 does not fit in a 64-bit integer"),
        ("sort_by([{}], 'a')", "Script.Field: there is no field 'a'"),
        ("sort_by([{}], 'a..b')", "Script.Value: sort_by(): 'a..b' is no path of fields"),
        ("int('1.5')", "Script.Value: '1.5' is not an int"),
        ("int(1e30)", "Script.Overflow: 1e+30 does not fit in a 64-bit integer"),
        ("float('0x10')", "Script.Value: '0x10' is not a float"),
        ("float('nan')", "Script.Value: 'nan' is not a float"),
        ("float(parse_json('1e400'))", "Script.Overflow: the number is too large for a float"),
        ("split('a', '')", "Script.Value: split(): the separator is empty"),
        ("replace('a', '', 'b')", "Script.Value: replace(): the text to replace is empty"),
        ("find('a', '(')", "Script.Value: find(): regular expression: this group has no ')'"),
        ("find('a', secret('a'))", "Script.Type: the second argument of find() must be a string, not a secret"),
        (
            "replace_all('a', 'a', '$1')",
            "Script.Value: replace_all(): the template names a group that the regular expression does not have"
        ),
        (
            "replace_all('a', '(a)', '$10')",
            "Script.Value: replace_all(): the template names a group that the regular expression does not have"
        ),
        (
            "replace_all('a', '(a)', '$99999999999999999999')",
            "Script.Value: replace_all(): the template names a group that the regular expression does not have"
        ),
        ("replace_all('a', 'a', '${1')", "Script.Value: replace_all(): a '${' in the template has no '}'"),
        ("query({}, 'a[')", "Script.Value:"),
        ("query({}, 1)", "Script.Type: the second argument of query() must be a string, not an int"),
        ("items({a: 1})", "Script.Value: items(): the record is no response with one list of items"),
        ("items(1)", "Script.Type: the argument of items() must be a response or a list, not an int"),
        ("parse_json('[')", "Script.Value: parse_json(): this is no JSON"),
        ("env('NO')", "Script.Value: the environment has no variable NO"),
        ("read('')", "Script.Value: read(): the file's name is empty"),
        ("read(1)", "Script.Type: the argument of read() must be a string, not an int"),
        (
            "time_format('2026-02-29T00:00:00Z', '%F')",
            "Script.Value: time_format(): '2026-02-29T00:00:00Z' is not a time such as 2026-11-22T21:12:00Z"
        ),
        (
            "time_format('2026-11-22T21:12:00', '%F')",
            "Script.Value: time_format(): '2026-11-22T21:12:00' is not a time"
        ),
        ("time_format('9999-12-31T23:59:00-23:59', '%F')", "Script.Value: time_format():"),
        (
            "time_format(1492753817000, '%F')",
            "Script.Value: time_format(): 1492753817000 seconds since 1970 lie outside the years 0 to 9999"
        ),
        ("time_format(1e300, '%F')", "Script.Value: time_format():"),
        ("time_format(0, 'a%Q')", "Script.Value: time_format(): there is no directive '%Q'"),
        ("time_format(0, '%%%')", "Script.Value: time_format(): there is no directive '%'"),
        ("cidr_hosts('10.0.0.0/15')", "Script.Value: cidr_hosts(): the network has more than 65536 hosts"),
        ("cidr_hosts('::/0')", "Script.Value: cidr_hosts(): the network has more than 65536 hosts"),
    ])
    func errors(expression: String, expected: String) throws {
        let found = try text(expression)
        #expect(found.hasPrefix(expected), "\(found)")
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8",
        "10.0.0.0/8/8", " 10.0.0.0", "10.0.0.0.0", "::1::", ":::",
        ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "::1/129", "1:2:3:4:5:6:7:8::",
        "::1.2.3", "fe80::1%eth0", "1.2.3.4::", "+1::",
    ])
    func textsThatAreNoNetworks(network: String) throws {
        #expect(try text("cidr_hosts('\(network)')").hasPrefix("Script.Value: cidr_hosts(): '\(network)' is not"))
    }
}
