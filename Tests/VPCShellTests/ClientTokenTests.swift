import Testing
import VPCShell

@Suite("One token per intended write")
struct ClientTokenTests {
    private let write = "CreateVpc CidrBlock=10.0.0.0/16"

    @Test("A repetition after a lost answer carries the token of the first attempt")
    func keepsTokenWhileUnknown() throws {
        let transport = ScriptedTransport([
            .lost, .error(400, "Throttling.User"), .error(503, "ServiceUnavailable"),
            .error(400, "IdempotentProcessing"),
        ])
        let result = run("\(write) on error * retry up to 9 every 1s", transport)
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
        let result = run("\(write) on error TaskConflict retry", transport)
        #expect(result.status == 0)
        #expect(Set(transport.sent("ClientToken")).count == 2)
    }

    @Test("A refusal ends the doubt that a lost answer left")
    func renewsTokenOnceRefused() {
        let transport = ScriptedTransport([.lost, .error(400, "TaskConflict")])
        _ = run("\(write) on error * retry up to 3 every 1s", transport)
        let tokens = transport.sent("ClientToken")
        #expect(tokens.count == 3)
        #expect(tokens[0] == tokens[1])
        #expect(tokens[1] != tokens[2])
    }

    @Test("The same write once more, without a retry, is another write")
    func separateWrites() {
        let transport = ScriptedTransport([.lost])
        _ = run("\(write) on error * resume\n\(write)", transport)
        #expect(Set(transport.sent("ClientToken")).count == 2)
    }

    @Test("The retry may stand around a function that writes")
    func retryAroundFunction() {
        let transport = ScriptedTransport([.lost])
        let result = run("def make() { \(write) }\nmake() on error Client.Network retry every 1s", transport)
        #expect(result.status == 0)
        #expect(transport.sent("ClientToken").count == 2)
        #expect(Set(transport.sent("ClientToken")).count == 1)
    }

    @Test("A token that the user gives is sent as it is")
    func givenToken() {
        let transport = ScriptedTransport([.lost])
        _ = run("\(write) ClientToken=mine on error * retry every 1s", transport)
        #expect(transport.sent("ClientToken") == ["mine", "mine"])
    }

    @Test("A lost write says that its outcome is unknown, with its token")
    func unknownOutcome() {
        let transport = ScriptedTransport([.lost])
        let result = run(write, transport)
        #expect(result.status == 4)
        #expect(result.error.contains("outcome"))
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
        #expect(run("DescribeVpcs", ScriptedTransport([outcome])).status == status)
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
