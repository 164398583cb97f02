import Testing
import VPCShell

@Suite("One token per intended write")
struct ClientTokenTests {
    private let write = "CreateVpc CidrBlock=10.0.0.0/16"

    /// Options under which a call is sent once, so that only the language's own `retry` repeats it.
    private var once: ShellOptions {
        var options = ShellOptions()
        options.retries = 0
        return options
    }

    @Test("A lost answer is asked for again without a word, under one token")
    func repeatsByItself() {
        let transport = ScriptedTransport([
            .lost, .error(400, "Throttling.User"), .error(503, "ServiceUnavailable"),
            .error(400, "IdempotentProcessing"), .notSent,
        ])
        let result = run(write, transport)
        #expect(result.status == 0, "\(result.error)")
        #expect(transport.sent("ClientToken").count == 6)
        #expect(Set(transport.sent("ClientToken")).count == 1)
        #expect(Set(transport.sent("SignatureNonce")).count == 6)
    }

    @Test("A write that takes no token is sent once, unless it certainly did not arrive")
    func withoutToken() {
        let write = "DeleteGlobalAccelerationInstance GlobalAccelerationInstanceId=ga-1"
        for (outcomes, count) in [([ScriptedTransport.Outcome.lost], 1), ([.notSent, .notSent, .lost], 3)] {
            let transport = ScriptedTransport(outcomes)
            let result = run(write, transport)
            #expect(result.status == 4)
            #expect(result.error.contains("outcome of DeleteGlobalAccelerationInstance is unknown"))
            #expect(transport.sent("Action").count == count)
        }
    }

    @Test("A repetition after a lost answer carries the token of the first attempt")
    func keepsTokenWhileUnknown() throws {
        let transport = ScriptedTransport([
            .lost, .error(400, "Throttling.User"), .error(503, "ServiceUnavailable"),
            .error(400, "IdempotentProcessing"),
        ])
        let result = run("\(write) on error * retry up to 9 every 1s", transport, options: once)
        #expect(result.status == 0, "\(result.error)")
        let tokens = transport.sent("ClientToken")
        #expect(tokens.count == 5)
        #expect(Set(tokens).count == 1)
        #expect(tokens[0] != nil)
        #expect(Set(transport.sent("SignatureNonce")).count == 5)
    }

    @Test("A repetition after a definite refusal is a new write")
    func renewsTokenAfterRefusal() {
        let transport = ScriptedTransport([.error(400, "TaskConflict")])
        let result = run("\(write) on error TaskConflict retry", transport, options: once)
        #expect(result.status == 0)
        #expect(Set(transport.sent("ClientToken")).count == 2)
    }

    @Test("A refusal ends the doubt that a lost answer left")
    func renewsTokenOnceRefused() {
        let transport = ScriptedTransport([.lost, .error(400, "TaskConflict")])
        _ = run("\(write) on error * retry up to 3 every 1s", transport, options: once)
        let tokens = transport.sent("ClientToken")
        #expect(tokens.count == 3)
        #expect(tokens[0] == tokens[1])
        #expect(tokens[1] != tokens[2])
    }

    @Test("The same write once more, without a retry, is another write")
    func separateWrites() {
        let transport = ScriptedTransport([.lost])
        _ = run("\(write) on error * resume\n\(write)", transport, options: once)
        #expect(Set(transport.sent("ClientToken")).count == 2)
    }

    @Test("The retry may stand around a function that writes")
    func retryAroundFunction() {
        let transport = ScriptedTransport([.lost])
        let result = run(
            "def make() { \(write) }\nmake() on error Client.Network retry every 1s", transport, options: once)
        #expect(result.status == 0)
        #expect(transport.sent("ClientToken").count == 2)
        #expect(Set(transport.sent("ClientToken")).count == 1)
    }

    @Test("A doubt that was resumed is no doubt about another statement's write of the same arguments")
    func otherStatement() {
        let transport = ScriptedTransport([.lost, .error(400, "TaskConflict")])
        _ = run("\(write) on error * resume\n\(write) on error * retry every 1s", transport, options: once)
        #expect(Set(transport.sent("ClientToken")).count == 3)
    }

    @Test("What a function resumed in doubt keeps its token when the call of the function is repeated")
    func resumedWithin() {
        let transport = ScriptedTransport([.lost, .error(400, "TaskConflict")])
        let text = """
            def make() {
                \(write) on error Client.Network resume
                CreateVSwitch CidrBlock=10.0.1.0/24 VpcId=v ZoneId=z
            }
            make() on error TaskConflict retry every 1s
            """
        let result = run(text, transport, options: once)
        #expect(result.status == 0, "\(result.error)")
        let tokens = transport.sent("ClientToken")
        #expect(tokens.count == 4)
        #expect(tokens[0] == tokens[2])
        #expect(tokens[1] != tokens[3])
    }

    @Test("Two equal writes of one statement that are both in doubt keep a token each")
    func equalWrites() {
        let transport = ScriptedTransport([.lost, .lost, .error(400, "TaskConflict")])
        let text = """
            def make() {
                for i in [1, 2] { \(write) on error Client.Network resume }
                CreateVSwitch CidrBlock=10.0.1.0/24 VpcId=v ZoneId=z
            }
            make() on error TaskConflict retry every 1s
            """
        _ = run(text, transport, options: once)
        let tokens = transport.sent("ClientToken")
        #expect(tokens.count == 6)
        #expect(Set(tokens[0...1]) == Set(tokens[3...4]))
        #expect(tokens[0] != tokens[1])
    }

    @Test("Iterations of a parallel loop that are in doubt keep their tokens when the loop is repeated")
    func parallelLoop() {
        let transport = ScriptedTransport(Array(repeating: .lost, count: 4))
        let text = """
            def make() { for i in [1, 2, 3, 4] parallel 4 { CreateVpc VpcName=$i } }
            make() on error Client.Network retry up to 9 every 1s
            """
        let result = run(text, transport, options: once)
        #expect(result.status == 0, "\(result.error)")
        let sent = Array(zip(transport.sent("VpcName"), transport.sent("ClientToken")))
        #expect(Set(sent.map(\.0)).count == 4)
        // Whatever was in doubt was sent again under its token. What was known to be done is a new write, since a retry
        // repeats the whole statement.
        for (index, lost) in sent.prefix(4).enumerated() {
            let next = sent[(index + 1)...].first { $0.0 == lost.0 }
            #expect(next?.1 == lost.1, "\(sent)")
        }
    }

    @Test("A token that the user gives is sent as it is")
    func givenToken() {
        let transport = ScriptedTransport([.lost])
        _ = run("\(write) ClientToken=mine on error * retry every 1s", transport, options: once)
        #expect(transport.sent("ClientToken") == ["mine", "mine"])
    }

    @Test("A lost write says that its outcome is unknown, with its token")
    func unknownOutcome() {
        let transport = ScriptedTransport([.lost])
        let result = run(write, transport, options: once)
        #expect(result.status == 4)
        #expect(result.error.contains("the outcome of CreateVpc is unknown"))
        #expect(result.error.contains(transport.sent("ClientToken")[0] ?? "?"))
    }
}

@Suite("Errors of the API and their exit status")
struct ErrorStatusTests {
    @Test(
        "Status by where an error comes from",
        arguments: [
            (ScriptedTransport.Outcome.error(404, "InvalidVpcId.NotFound"), Int32(3)),
            (.error(500, "InternalError"), 3), (.lost, 4), (.notSent, 4), (.answer(200, "{"), 4),
            (.answer(200, "<html>"), 4), (.answer(200, #"{"RequestId":"R"}"#), 0),
        ])
    func status(outcome: ScriptedTransport.Outcome, status: Int32) {
        var options = ShellOptions()
        options.retries = 0
        #expect(run("DescribeVpcs", ScriptedTransport([outcome]), options: options).status == status)
    }

    @Test("Nothing is sent where anything in the script is wrong")
    func nothingSent() {
        let transport = ScriptedTransport([])
        let result = run("CreateVpc CidrBlock=10.0.0.0/16\nDeleteVpc", transport)
        #expect(result.status == 2)
        #expect(result.error.contains("test.vpcsh:2:1: error: DeleteVpc requires VpcId"))
        #expect(transport.sent("Action").isEmpty)
    }

    @Test("A read-only session sends reads and refuses writes with status 1")
    func readOnly() {
        var options = ShellOptions()
        options.isReadOnly = true
        let transport = ScriptedTransport([])
        let result = run("DescribeVpcs\nDeleteVpc VpcId=vpc-1", transport, options: options)
        #expect(result.status == 1)
        #expect(result.error.contains("Client.ReadOnly"))
        #expect(transport.sent("Action") == ["DescribeVpcs"])
    }

    @Test("A dry run shows a write, and its answer cannot be read")
    func dryRun() {
        var options = ShellOptions()
        options.isDryRun = true
        let transport = ScriptedTransport([])
        let text = "let made = CreateVpc CidrBlock=10.0.0.0/16\nDescribeVpcs\nprint $made.VpcId"
        let result = run(text, transport, options: options)
        #expect(result.status == 1)
        #expect(result.error.contains("would send: CreateVpc"))
        #expect(result.error.contains("10.0.0.0/16"))
        #expect(result.error.contains("Script.Field"))
        #expect(result.error.contains("CreateVpc was not sent"))
        #expect(transport.sent("Action") == ["DescribeVpcs"])
    }

    @Test("The region of a call: its own RegionId, the vendor CLI's --region, else the session's")
    func region() {
        var options = ShellOptions()
        options.region = "cn-beijing"
        let transport = ScriptedTransport([])
        let text = "DescribeVpcs\nDescribeVpcs RegionId=cn-shanghai\naliyun vpc DescribeVpcs --region cn-qingdao"
        #expect(run(text, transport, options: options).status == 0)
        #expect(transport.sent("RegionId") == ["cn-beijing", "cn-shanghai", "cn-qingdao"])
    }
}
