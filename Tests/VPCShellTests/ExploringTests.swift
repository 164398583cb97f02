import CloudAPI
import DataValue
import LocalVPC
import ScriptRuntime
import ScriptSyntax
import SystemSupport
import Testing
import VPCShell

@Suite("Help, search, explain and code")
struct ExploringTests {
    private func session() throws -> Session {
        let time = SteppingTime()
        return Session(
            options: ShellOptions(), surroundings: Surroundings(environment: [:]), output: Output(capturing: ()),
            target: .local(.memory), time: time,
            transport: try LocalEndpoint(database: .memory, time: time, timing: .fast))
    }

    /// Runs statements on an embedded endpoint; they must succeed. Yields what they print.
    private func output(of text: String) throws -> String {
        let session = try session()
        let status = Program(session: session, interrupt: Cancellation()).run(
            SourceText(name: "t", text: text), arguments: [])
        let (output, error) = session.output.captured
        #expect(status == 0, "\(text): \(error)")
        return output
    }

    @Test("The example of every operation can be entered as it stands")
    func examplesOfOperations() throws {
        let session = try session()
        for name in Catalogue.operationNames {
            let line = OperationExample.line(try #require(Catalogue.operation(named: name)))
            #expect(line.hasPrefix(name))
            let source = SourceText(name: "t", text: line)
            guard case .complete(let script) = Parser.parse(source, source: 0) else {
                Issue.record("it is no statement: \(line)")
                continue
            }
            let (_, diagnostics) = Compiler.compile(script, kind: .script, environment: Environment(), host: session)
            #expect(diagnostics.isEmpty, "\(line): \(diagnostics.map(\.message))")
        }
    }

    @Test("The examples of every topic run", arguments: HelpTopic.all.map(\.name))
    func examplesOfTopics(_ name: String) throws {
        let topic = try #require(HelpTopic.named(name))
        #expect(!topic.examples.isEmpty)
        for line in topic.text.split(separator: "\n") { #expect(line.count <= 84, "\(line)") }
        // What only the prompt has is no matter of a script.
        let examples = topic.examples.filter { !$0.hasPrefix("option") }
        _ = try output(of: examples.joined(separator: "\n"))
        #expect(try output(of: "help \(name)").contains(topic.text))
    }

    @Test("The examples of every command are statements")
    func examplesOfCommands() throws {
        let session = try session()
        for name in BuiltIns.names {
            let signature = try #require(session.command(named: name)).signature
            #expect(!signature.examples.isEmpty || name == "handlers", "\(name) has none")
            for example in signature.examples where !signature.isForPromptOnly {
                guard case .complete = Parser.parse(SourceText(name: "t", text: example), source: 0) else {
                    Issue.record("it is no statement: \(example)")
                    continue
                }
            }
        }
    }

    @Test("Search finds by name, then by summary, then by parameter, and wants every word")
    func search() throws {
        let names = try output(of: "search ipsec server delete | select Operation | csv")
        #expect(names == "Operation\nDeleteIpsecServer\n")
        let customer = try output(of: "search customer gateway | first 1 | select Operation | csv")
        #expect(customer.contains("CustomerGateway"))
        let parameter = try output(of: "search TunnelOptionsSpecification | select Operation | csv")
        #expect(parameter.contains("CreateVpnConnection"))
        #expect(try output(of: "print (search qwertyuiop)") == "[]\n")
    }

    @Test("Errors tell cause and remedy, or list what has a part of the code")
    func errors() throws {
        #expect(try output(of: "errors VpnGateway.Configuring").contains("VpnGateway.Configuring: an error"))
        let listed = try output(of: "errors notfound | select Code | csv")
        #expect(listed.contains("InvalidVpnConnectionInstanceId.NotFound"))
    }

    @Test("A program in every language has the call and no secret", arguments: ProgramLanguage.names)
    func code(_ language: String) throws {
        let program = try output(
            of: """
                code \(language) CreateVpnConnection VpnGatewayId=vpn-1 CustomerGatewayId=cgw-1 LocalSubnet=10.0.0.0/16 \
                RemoteSubnet=192.168.0.0/24 IkeConfig={Psk: secret("hunter2hunter2"), IkeVersion: "ikev2"} \
                Name='a "quoted" ${name} \\ it' Tags.1.Key=env Tags.1.Value=test
                """)
        for word in ["vpn-1", "cgw-1", "YOUR_PSK", "ikev2", "env", "test"] {
            #expect(program.contains(word), "\(language): no \(word)")
        }
        #expect(!program.contains("hunter2"), "\(language) shows the secret")
        #expect(program.contains("ALIBABA_CLOUD_ACCESS_KEY_ID") || language == "aliyun")
    }

    @Test("A secret in text is masked in a program too")
    func codeOfText() throws {
        let program = try output(
            of:
                #"code aliyun CreateIpsecServer VpnGatewayId=v ClientIpPool=10.1.0.0/24 LocalSubnet=10.0.0.0/16 PskEnabled=true Psk=hunter2hunter2 IkeConfig='{"IkeVersion":"ikev2","Psk":"hunter2hunter2"}'"#
        )
        #expect(!program.contains("hunter2"))
        #expect(program.contains("--Psk YOUR_PSK"))
    }

    @Test("Terraform where a resource exists, and a clear word where none does")
    func terraform() throws {
        let text = try output(
            of: "code terraform CreateVSwitch VpcId=vpc-1 CidrBlock=10.0.0.0/24 ZoneId=z VSwitchName=a")
        #expect(text.contains("resource \"alicloud_vswitch\" \"this\""))
        #expect(text.contains("vswitch_name = \"a\""))
        let refused = try output(of: "code terraform DescribeVpcs on error Script.Value as e { print $e.Message }")
        #expect(refused == "Terraform has no resource that DescribeVpcs makes\n")
    }

    @Test("What is wrong is found before anything runs")
    func checks() throws {
        for (text, word) in [
            ("explain DescribeVpcz", "DescribeVpcs"), ("explain", "operation is missing"),
            ("explain DescribeVpcs Nonsense=1", "no parameter Nonsense"), ("explain DeleteVpnConnection", "requires"),
            ("code DescribeVpcs", "code LANGUAGE DescribeVpcs"), ("code cobol DescribeVpcs", "cobol"),
            ("code python", "operation is missing"), ("search", "words"), ("errors a b", "one code"),
        ] {
            let session = try session()
            let status = Program(session: session, interrupt: Cancellation()).run(
                SourceText(name: "t", text: text), arguments: [])
            #expect(status == 2, "\(text)")
            #expect(session.output.captured.error.contains(word), "\(text): \(session.output.captured.error)")
        }
    }
}
