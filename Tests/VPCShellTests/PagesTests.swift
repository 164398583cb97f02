import CloudAPI
import Testing
import VPCShell

/// The pages of a list operation behind a pipe, when one of them fails.
@Suite("Pages that fail")
struct PagesTests {
    /// Without repetitions of the client's own, so that a failure is the script's to handle.
    private func run(_ text: String, _ transport: any Transport) -> (status: Int32, output: String, error: String) {
        var options = ShellOptions()
        options.retries = 0
        return VPCShellTests.run(text, transport, options: options)
    }

    /// A page of two items, out of five, or one without any.
    private func page(_ ids: [Int], number: Int? = nil) -> ScriptedTransport.Outcome {
        let number = number ?? ((ids.first ?? 1) + 1) / 2
        let items = ids.map { #"{"VpcId":"vpc-\#($0)"}"# }.joined(separator: ",")
        return .answer(200, #"{"RequestId":"R","TotalCount":5,"PageNumber":\#(number),"Vpcs":{"Vpc":[\#(items)]}}"#)
    }

    private func transport(_ failures: ScriptedTransport.Outcome...) -> ScriptedTransport {
        ScriptedTransport([page([1, 2])] + failures + [page([3, 4]), page([5])])
    }

    @Test(
        "A retry fetches the page again that failed, and no item comes twice",
        arguments: [
            "| select VpcId | csv", "| select VpcId | jsonl", "| where VpcId != 'none' | json", "| select VpcId",
        ])
    func retry(stages: String) {
        let whole = run("DescribeVpcs PageSize=2 \(stages)", transport())
        let failing = transport(.error(503, "ServiceUnavailable"), .error(400, "Throttling.User"))
        let result = run(
            "on error Throttling* ServiceUnavailable retry every 1s\nDescribeVpcs PageSize=2 \(stages)", failing)
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output == whole.output)
        #expect(result.output.contains("vpc-5"))
        #expect(failing.sent("PageNumber") == ["1", "2", "2", "2", "3"])
    }

    @Test("Behind a statement too, and where the items are gathered")
    func retryBehind() {
        let failing = transport(.error(503, "ServiceUnavailable"))
        let text = "let all = DescribeVpcs PageSize=2 | select VpcId on error * retry\nprint (len($all)) $all[4].VpcId"
        let result = run(text, failing)
        #expect(result.output == "5 vpc-5\n", "\(result.error)")
        #expect(failing.sent("PageNumber") == ["1", "2", "2", "3"])
    }

    @Test("In a condition, and in a function")
    func retryInside() {
        let failing = transport(.error(503, "ServiceUnavailable"))
        let text = """
            def count() {
                on error ServiceUnavailable retry
                if (DescribeVpcs PageSize=2 | count) == 5 { return "five" }
            }
            print (count())
            """
        #expect(run(text, failing).output == "five\n")
        #expect(failing.sent("PageNumber") == ["1", "2", "2", "3"])
    }

    @Test("Each page has its own count of repetitions")
    func countsForEachPage() {
        let transport = ScriptedTransport([
            .error(503, "ServiceUnavailable"), page([1, 2]), .error(503, "ServiceUnavailable"), page([3, 4]),
            .error(503, "ServiceUnavailable"), page([5]),
        ])
        let result = run("DescribeVpcs PageSize=2 | count on error * retry up to 1", transport)
        #expect(result.output == "5\n", "\(result.error)")
    }

    @Test(
        "What else a handler does is about the whole statement",
        arguments: [
            ("let all = DescribeVpcs PageSize=2 | select VpcId on error * use \"instead\"\nprint $all", "instead\n"),
            ("let all = DescribeVpcs PageSize=2 | select VpcId on error * resume\nprint $all", "null\n"),
            ("print (DescribeVpcs PageSize=2 | count) on error * use \"used\"", "used\n"),
            ("DescribeVpcs PageSize=2 | count on error * { print handled }\nprint next", "handled\nnext\n"),
            (
                "DescribeVpcs PageSize=2 | select VpcId | jsonl on error * resume\nprint next",
                "{\"VpcId\":\"vpc-1\"}\n{\"VpcId\":\"vpc-2\"}\nnext\n"
            ),
        ])
    func otherActions(text: String, expected: String) {
        let result = run(text, transport(.error(503, "ServiceUnavailable")))
        #expect(result.output == expected, "\(result.error)")
        #expect(result.status == 0)
    }

    @Test("Fewer items than the service counted are an error, whatever has been written")
    func tooFew() {
        let short = ScriptedTransport([page([1, 2]), page([], number: 2)])
        let result = run("DescribeVpcs PageSize=2 | select VpcId | jsonl", short)
        #expect(result.status == 4)
        #expect(result.output == "{\"VpcId\":\"vpc-1\"}\n{\"VpcId\":\"vpc-2\"}\n")
        #expect(result.error.contains("2 items arrived of the 5 that the service counted"))
    }

    @Test("A service that does not look at the page's number is not asked for ever, also where its items change")
    func numberIgnored() {
        let result = run(
            "DescribeVpcs PageSize=2 | count", ScriptedTransport([page([1, 2]), page([1, 3]), page([1, 4])]))
        #expect(result.status == 4)
        #expect(result.error.contains("Client.Answer: DescribeVpcs: the pages do not end: page 1 came for page 2"))
    }

    @Test("A field that only a later item has does not fit under a header that has been written")
    func newColumn() {
        let transport = ScriptedTransport([
            .answer(
                200,
                #"{"RequestId":"R","TotalCount":2,"Vpcs":{"Vpc":[{"VpcId":"vpc-1","Tags":null},{"VpcId":"vpc-2","Tags":{"Tag":[1]}}]}}"#
            )
        ])
        let result = run("DescribeVpcs | select VpcId Tags | csv", transport)
        #expect(result.status == 1)
        #expect(result.output == "VpcId,Tags\nvpc-1,\n")
        #expect(result.error.contains("Script.Value: item 2 has a column 'Tags.Tag'"))
    }

    @Test("A nested field in the first item is written as it is where all items are there")
    func nestedFirst() {
        let outcome = ScriptedTransport.Outcome.answer(
            200,
            #"{"RequestId":"R","TotalCount":2,"Vpcs":{"Vpc":[{"VpcId":"a","Tags":{"x":1}},{"VpcId":"b","Tags":{"y":2}}]}}"#
        )
        let result = run("DescribeVpcs | select VpcId Tags | csv", ScriptedTransport([outcome]))
        #expect(result.output == "VpcId,Tags.x,Tags.y\na,1,\nb,,2\n", "\(result.error)")
    }
}
