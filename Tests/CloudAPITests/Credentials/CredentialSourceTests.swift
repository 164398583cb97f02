import CloudAPI
import DataValue
import NIOConcurrencyHelpers
import SystemSupport
import Testing

@Suite("Where credentials come from")
struct CredentialSourceTests {
    private func found(_ world: FakeWorld, profile: String? = nil) throws -> Credentials? {
        try CredentialChoice.find(profile: profile, world.world)?.source.current(cancellation: Cancellation())
    }

    private func problem(_ world: FakeWorld, profile: String? = nil) -> String {
        do {
            let found = try found(world, profile: profile)
            return "none: \(String(describing: found))"
        } catch {
            return (error as? CredentialsFailure)?.message ?? "?"
        }
    }

    // MARK: Modes

    @Test("AK and StsToken, in any spelling")
    func ownKeys() throws {
        let world = FakeWorld.configured(
            """
            {"name":"default","mode":"ak","access_key_id":"i","access_key_secret":"s","sts_token":"ignored"},
            {"name":"sts","mode":"StsToken","access_key_id":"i2","access_key_secret":"s2","sts_token":"t"}
            """)
        #expect(try found(world) == Credentials(accessKeyID: "i", accessKeySecret: Secret("s")))
        #expect(
            try found(world, profile: "sts")
                == Credentials(accessKeyID: "i2", accessKeySecret: Secret("s2"), securityToken: Secret("t")))
    }

    @Test("RamRoleArn asks STS of its region, signed by its own key")
    func assumedRole() throws {
        let transport = RoutedTransport { _ in RoutedTransport.answer(FakeWorld.sts("STS.1")) }
        var world = FakeWorld.configured(
            """
            {"name":"default","mode":"RamRoleArn","access_key_id":"i","access_key_secret":"s","ram_role_arn":"acs:ram::1:role/r",
             "ram_session_name":"night","expired_seconds":1800,"external_id":"ext","sts_region":"cn-beijing"}
            """)
        world.transport = transport
        #expect(
            try found(world)
                == Credentials(
                    accessKeyID: "STS.1", accessKeySecret: Secret("sts-secret"), securityToken: Secret("sts-token")))
        let request = try #require(transport.sent.first)
        #expect(request.origin == "https://sts.cn-beijing.aliyuncs.com")
        #expect(request.header("x-acs-action") == "AssumeRole")
        #expect(request.header("x-acs-version") == "2015-04-01")
        #expect(request.header("Authorization")?.contains("Credential=i,") == true)
        let query = try #require(PercentEncoding.parseQuery(request.target.dropFirst(2)))
        let values = Dictionary(query.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        #expect(
            values == [
                "RoleArn": "acs:ram::1:role/r", "RoleSessionName": "night", "DurationSeconds": "1800",
                "ExternalId": "ext",
            ])
    }

    @Test("ChainableRamRoleArn goes through its source, over several steps")
    func chainedRole() throws {
        let transport = RoutedTransport { request in
            RoutedTransport.answer(
                FakeWorld.sts(request.header("Authorization")?.contains("=i,") == true ? "STS.1" : "STS.2"))
        }
        var world = FakeWorld.configured(
            """
            {"name":"default","mode":"ChainableRamRoleArn","source_profile":"middle","ram_role_arn":"arn:2"},
            {"name":"middle","mode":"ChainableRamRoleArn","source_profile":"key","ram_role_arn":"arn:1"},
            {"name":"key","mode":"AK","access_key_id":"i","access_key_secret":"s"}
            """)
        world.transport = transport
        #expect(try found(world)?.accessKeyID == "STS.2")
        #expect(transport.sent.count == 2)
        #expect(transport.sent[1].header("x-acs-security-token") == "sts-token")
    }

    @Test("Profiles that are each other's source are found out")
    func circle() {
        let world = FakeWorld.configured(
            """
            {"name":"default","mode":"ChainableRamRoleArn","source_profile":"b","ram_role_arn":"x"},
            {"name":"b","mode":"ChainableRamRoleArn","source_profile":"default","ram_role_arn":"x"}
            """)
        #expect(problem(world).contains("each other's source"))
        let own = FakeWorld.configured(
            #"{"name":"default","mode":"ChainableRamRoleArn","source_profile":"default","ram_role_arn":"x"}"#)
        #expect(problem(own).contains("each other's source"))
    }

    @Test("EcsRamRole: the newer way of the metadata service, or the older; the role by its name, or found")
    func instanceRole() throws {
        for (knowsTokens, role) in [(true, "web"), (true, nil), (false, "web"), (false, nil)] as [(Bool, String?)] {
            let transport = RoutedTransport { request in
                if request.target == "/latest/api/token" {
                    guard knowsTokens else { return RoutedTransport.answer("no", status: 404) }
                    return RoutedTransport.answer("meta-token")
                }
                guard !knowsTokens || request.header("X-aliyun-ecs-metadata-token") == "meta-token" else {
                    return RoutedTransport.answer("no token", status: 403)
                }
                if request.target == "/latest/meta-data/ram/security-credentials/" {
                    return RoutedTransport.answer("web\n")
                }
                return RoutedTransport.answer(
                    """
                    {"Code":"Success","AccessKeyId":"ECS.1","AccessKeySecret":"s","SecurityToken":"t",
                     "Expiration":"2026-11-22T22:12:00Z"}
                    """)
            }
            let name = role.map { #","ram_role_name":"\#($0)""# } ?? ""
            var world = FakeWorld.configured(#"{"name":"default","mode":"EcsRamRole"\#(name)}"#)
            world.transport = transport
            #expect(try found(world)?.accessKeyID == "ECS.1")
            #expect(transport.sent.allSatisfy { $0.origin == "http://100.100.100.200" })
            #expect(transport.sent.last?.target == "/latest/meta-data/ram/security-credentials/web")
        }
    }

    @Test("The older way of the metadata service can be forbidden, and the service switched off")
    func instanceRoleForbidden() {
        var world = FakeWorld.configured(#"{"name":"default","mode":"EcsRamRole"}"#)
        world.transport = RoutedTransport { _ in RoutedTransport.answer("no", status: 404) }
        world.environment["ALIBABA_CLOUD_IMDSV1_DISABLED"] = "true"
        #expect(problem(world).contains("no token (HTTP 404)"))
        world.environment["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"
        #expect(problem(world).contains("switched off"))
    }

    @Test("OIDC shows the token of its file to STS, and signs nothing")
    func oidc() throws {
        let transport = RoutedTransport { _ in RoutedTransport.answer(FakeWorld.sts("OIDC.1")) }
        var world = FakeWorld.configured(
            """
            {"name":"default","mode":"OIDC","oidc_provider_arn":"acs:ram::1:oidc-provider/p","oidc_token_file":"/var/token",
             "ram_role_arn":"arn","ram_session_name":"pod"}
            """)
        world.transport = transport
        world.files["/var/token"] = " eyJ.secret.x \n"
        #expect(try found(world)?.accessKeyID == "OIDC.1")
        let request = try #require(transport.sent.first)
        #expect(request.origin == "https://sts.aliyuncs.com")
        #expect(request.target.contains("Action=AssumeRoleWithOIDC"))
        #expect(request.header("Authorization") == nil)
        let body = try #require(PercentEncoding.parseQuery(String(decoding: request.body, as: UTF8.self)))
        #expect(body.first { $0.name == "OIDCToken" }?.value == "eyJ.secret.x")
        #expect(body.first { $0.name == "OIDCProviderArn" }?.value == "acs:ram::1:oidc-provider/p")

        world.files["/var/token"] = " \n"
        #expect(problem(world).contains("is empty: /var/token"))
        world.files["/var/token"] = nil
        #expect(problem(world).contains("is not there: /var/token"))
    }

    @Test("A service that repeats the OIDC token does not get it shown")
    func oidcTokenHidden() {
        var world = FakeWorld.configured(
            """
            {"name":"default","mode":"OIDC","oidc_provider_arn":"p","oidc_token_file":"/t","ram_role_arn":"arn"}
            """)
        world.files["/t"] = "eyJ.secret.x"
        world.transport = RoutedTransport { _ in
            RoutedTransport.answer(#"{"Code":"AuthenticationFail","Message":"bad eyJ.secret.x"}"#, status: 400)
        }
        #expect(problem(world).contains("AuthenticationFail: bad ****"), "\(problem(world))")
    }

    @Test("CredentialsURI")
    func uri() throws {
        let transport = RoutedTransport { _ in
            RoutedTransport.answer(#"{"Code":"Success","AccessKeyId":"U","AccessKeySecret":"s","SecurityToken":"t"}"#)
        }
        var world = FakeWorld.configured(
            #"{"name":"default","mode":"CredentialsURI","credentials_uri":"http://localhost:8080/creds?key=k"}"#)
        world.transport = transport
        #expect(try found(world)?.accessKeyID == "U")
        #expect(transport.sent.first?.origin == "http://localhost:8080")
        #expect(transport.sent.first?.target == "/creds?key=k")
    }

    @Test(
        "A URI that cannot be used, and answers that are none",
        arguments: [
            ("http://example.org/creds", 200, "{}", "plain http"), ("nothing", 200, "{}", "no URL"),
            ("http://localhost/c?key=k", 500, "{}", "HTTP 500"), ("http://localhost/c", 200, "<html>", "no record"),
            ("http://localhost/c", 200, #"{"Code":"Denied"}"#, "Denied"),
            ("http://localhost/c", 200, "{}", "no access key"),
        ])
    func badURI(uri: String, status: Int, body: String, word: String) {
        var world = FakeWorld.configured(#"{"name":"default","mode":"CredentialsURI","credentials_uri":"\#(uri)"}"#)
        world.transport = RoutedTransport { _ in RoutedTransport.answer(body, status: status) }
        let message = problem(world).replacing("does not answer with a record", with: "no record")
        #expect(message.contains(word), "\(message)")
        #expect(!message.contains("key=k"))
    }

    @Test("External runs a program by its words and takes the profile that it writes")
    func external() throws {
        var world = FakeWorld.configured(
            #"{"name":"default","mode":"External","process_command":"get-key --for 'a b' \"c\\\"d\""}"#)
        let seen = NIOLockedValueBox<[[String]]>([])
        world.programs = { words throws(CredentialsFailure) in
            seen.withLockedValue { $0.append(words) }
            return #"{"mode":"StsToken","access_key_id":"X","access_key_secret":"s","sts_token":"t"}"#
        }
        let choice = try #require(try CredentialChoice.find(profile: nil, world.world))
        for _ in 0..<3 { #expect(try choice.source.current(cancellation: Cancellation()).accessKeyID == "X") }
        #expect(seen.withLockedValue { $0 } == [["get-key", "--for", "a b", "c\"d"]], "once, not for every call")
    }

    @Test("What an External program can do wrong")
    func badExternal() {
        for (output, word) in [
            ("hunter2 rubbish", "no record in JSON"), ("", "no record in JSON"), ("[1]", "no record in JSON"),
            (#"{"access_key_id":"X"}"#, "names no mode but External"),
            (#"{"mode":"AK","access_key_id":"X"}"#, "no access_key_secret"),
            (#"{"mode":"Magic"}"#, "'Magic', which is not supported"),
        ] {
            var world = FakeWorld.configured(#"{"name":"default","mode":"External","process_command":"p"}"#)
            world.programs = { _ throws(CredentialsFailure) in output }
            let message = problem(world)
            #expect(message.contains(word), "\(output): \(message)")
            #expect(!message.contains("hunter2"))
        }
        #expect(
            problem(.configured(#"{"name":"default","mode":"External","process_command":"p 'x"}"#)).contains("quote"))
        #expect(problem(.configured(#"{"name":"default","mode":"External"}"#)).contains("no process_command"))
    }

    @Test("A mode that is not known is named, and what a mode needs")
    func missingParts() {
        #expect(problem(.configured(#"{"name":"default","mode":"CloudSSO"}"#)).contains("'CloudSSO'"))
        for (mode, field) in [
            ("StsToken", "sts_token"), ("RamRoleArn", "ram_role_arn"), ("ChainableRamRoleArn", "source_profile"),
            ("OIDC", "ram_role_arn"), ("CredentialsURI", "credentials_uri"),
        ] {
            let message = problem(.configured(#"{"name":"default","mode":"\#(mode)"}"#))
            #expect(message.contains(field) && message.contains(mode), "\(mode): \(message)")
        }
    }

    // MARK: The order

    private let key = #"{"name":"default","mode":"AK","access_key_id":"file","access_key_secret":"s"}"#

    @Test("A named profile goes before the environment, that before the current profile, that before the chain")
    func order() throws {
        var world = FakeWorld.configured(
            "\(key),\(key.replacing("default", with: "other").replacing("file", with: "other"))")
        world.files["/home/u/.alibabacloud/credentials"] = """
            ; the SDKs' own
            [default]
            type = access_key
            access_key_id = sdk
            access_key_secret = s
            """
        #expect(try found(world)?.accessKeyID == "file")
        world.environment["ALIBABA_CLOUD_PROFILE"] = "other"
        #expect(try found(world)?.accessKeyID == "other")
        world.environment["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "env"
        world.environment["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "s"
        #expect(try found(world)?.accessKeyID == "env")
        #expect(try found(world, profile: "other")?.accessKeyID == "other")
        world.environment = ["HOME": "/home/u", "ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"]
        #expect(try found(world)?.accessKeyID == "sdk")
        world.files = [:]
        #expect(try found(world) == nil)
    }

    @Test("The chain: OIDC by the environment, the file of credentials, the instance, the URI")
    func chain() throws {
        var world = FakeWorld()
        world.transport = RoutedTransport { request in
            RoutedTransport.answer(FakeWorld.sts(request.target.contains("OIDC") ? "OIDC.1" : "?"))
        }
        world.environment["ALIBABA_CLOUD_CREDENTIALS_URI"] = "http://localhost/c"
        #expect(try CredentialChoice.find(profile: nil, world.world)?.label == "uri")
        world.isInstance = true
        #expect(try CredentialChoice.find(profile: nil, world.world)?.label == "ecs")
        world.environment["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"
        #expect(try CredentialChoice.find(profile: nil, world.world)?.label == "uri")
        world.environment["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = nil
        world.environment["ALIBABA_CLOUD_CREDENTIALS_FILE"] = "/else/where"
        world.files["/else/where"] = "[default]\ntype=sts\naccess_key_id=i\naccess_key_secret=s\nsecurity_token=t"
        #expect(try found(world)?.securityToken == Secret("t"))
        world.environment["ALIBABA_CLOUD_ROLE_ARN"] = "arn"
        world.environment["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] = "p"
        world.environment["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = "/token"
        world.files["/token"] = "x"
        #expect(try found(world)?.accessKeyID == "OIDC.1")
    }

    @Test("A machine that is no instance is not asked for its role")
    func noProbing() throws {
        let transport = RoutedTransport { _ in nil }
        var world = FakeWorld()
        world.transport = transport
        #expect(try found(world) == nil)
        #expect(transport.sent.isEmpty)
    }

    @Test("A blank profile, as the CLI makes it at its first start, counts as none; a named one is an error")
    func blankProfile() throws {
        let world = FakeWorld.configured(#"{"name":"default","mode":"AK","access_key_id":"","access_key_secret":""}"#)
        #expect(try found(world) == nil)
        #expect(problem(world, profile: "default").contains("no access_key_id"))
    }

    @Test("Files that cannot be read or understood are an error, not a reason to take something else")
    func badFiles() {
        for (content, word) in [
            ("<unreadable>", "Permission denied"), ("", "no JSON"), ("{", "no JSON"), ("[]", "no list of profiles"),
            (#"{"profiles":3}"#, "no list of profiles"),
        ] {
            var world = FakeWorld()
            world.files[FakeWorld.configurationPath] = content
            #expect(problem(world).contains(word), "\(content): \(problem(world))")
        }
        #expect(problem(.configured(key, current: "gone")).contains("no profile 'gone'; it has: default"))
        var world = FakeWorld()
        world.files["/home/u/.alibabacloud/credentials"] = "[default]\ntype = rsa_key_pair"
        #expect(problem(world).contains("'rsa_key_pair'"))
        world.files["/home/u/.alibabacloud/credentials"] = "[default]\naccess_key_id = x"
        #expect(problem(world).contains("no type"))
    }

    @Test("A file that others can read is warned about")
    func openFile() throws {
        var world = FakeWorld.configured(key)
        #expect(try CredentialChoice.find(profile: nil, world.world)?.warnings == [])
        world.openFiles = [FakeWorld.configurationPath]
        let warnings = try #require(try CredentialChoice.find(profile: nil, world.world)?.warnings)
        #expect(warnings.count == 1 && warnings[0].contains("chmod 600 \(FakeWorld.configurationPath)"))
    }
}

@Suite("Credentials that run out")
struct RenewalTests {
    private let clock = ManualClock()

    /// A source that hands out `key-1`, `key-2` …, each good for so many seconds, unless it is told to fail.
    private func source(
        seconds: Int64?, counter: NIOLockedValueBox<Int>, fails: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) -> RenewedCredentials {
        RenewedCredentials(clock: clock) { [clock] _ throws(CredentialsFailure) in
            let number = counter.withLockedValue { number in
                number += 1
                return number
            }
            if fails(number) { throw CredentialsFailure("no more") }
            return TemporaryCredentials(
                Credentials(accessKeyID: "key-\(number)", accessKeySecret: Secret("s")),
                expiration: seconds.map { clock.now() + .seconds($0) })
        }
    }

    private func wait(_ seconds: Int64) { clock.sleep(for: .seconds(seconds), cancellation: Cancellation()) }
    private func key(_ source: RenewedCredentials) throws -> String {
        try source.current(cancellation: Cancellation()).accessKeyID
    }

    @Test("They are renewed five minutes before they run out, and not before")
    func early() throws {
        let source = source(seconds: 3600, counter: NIOLockedValueBox(0))
        #expect(try key(source) == "key-1")
        wait(3299)
        #expect(try key(source) == "key-1")
        wait(1)
        #expect(try key(source) == "key-2")
    }

    @Test("Short-lived ones in their last quarter; those of unknown life after a quarter of an hour")
    func otherLives() throws {
        let short = source(seconds: 400, counter: NIOLockedValueBox(0))
        #expect(try key(short) == "key-1")
        wait(299)
        #expect(try key(short) == "key-1")
        wait(1)
        #expect(try key(short) == "key-2")
        let unknown = source(seconds: nil, counter: NIOLockedValueBox(0))
        #expect(try key(unknown) == "key-1")
        wait(674)
        #expect(try key(unknown) == "key-1")
        wait(1)
        #expect(try key(unknown) == "key-2")
    }

    @Test("Where they cannot be renewed they serve until they run out, and it is tried again from time to time")
    func failure() throws {
        let counter = NIOLockedValueBox(0)
        let source = source(seconds: 3600, counter: counter) { $0 > 1 }
        #expect(try key(source) == "key-1")
        wait(3400)
        for _ in 0..<10 { #expect(try key(source) == "key-1") }
        #expect(counter.withLockedValue { $0 } == 2, "not for every call")
        wait(31)
        _ = try key(source)
        #expect(counter.withLockedValue { $0 } == 3)
        wait(200)
        #expect(throws: CredentialsFailure.self) { try key(source) }
    }

    @Test("Those that the service takes for expired are renewed at once")
    func renewed() throws {
        let source = source(seconds: 3600, counter: NIOLockedValueBox(0)) { $0 == 3 }
        #expect(try key(source) == "key-1")
        #expect(source.renew(cancellation: Cancellation()))
        #expect(try key(source) == "key-2")
        #expect(!source.renew(cancellation: Cancellation()))
        #expect(!Credentials(accessKeyID: "i", accessKeySecret: Secret("s")).renew(cancellation: Cancellation()))
    }

    @Test("A clock that is far ahead does not have them fetched for every call")
    func wrongClock() throws {
        let counter = NIOLockedValueBox(0)
        let source = source(seconds: -7200, counter: counter)
        for _ in 0..<5 { _ = try key(source) }
        #expect(counter.withLockedValue { $0 } == 1)
    }

    @Test("A call whose token the service takes for expired is sent again with new credentials, once")
    func expiredToken() throws {
        let transport = CannedTransport(
            status: 403, body: #"{"Code":"InvalidSecurityToken.Expired","Message":"m","RequestId":"R"}"#)
        let source = source(seconds: 3600, counter: NIOLockedValueBox(0))
        let client = SigningClient(transport: transport, credentials: source, clock: clock)
        let error = #expect(throws: APIError.self) {
            try Retrying(client, mending: client.mending, clock: clock).send(.deletion())
        }
        #expect(error?.code == "InvalidSecurityToken.Expired")
        let keys = transport.sent.map { $0.header("Authorization")?.contains("key-2") }
        #expect(keys == [false, true])
    }
}
