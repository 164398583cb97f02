import CSQLite
import DataValue
import Glibc
import LocalVPC
import SystemSupport
import Testing

/// No key of a resource that is gone, or that was given another, is in any file of the database.
@Suite struct SecretsInFilesTests {
    private func contents(_ folder: TemporaryFolder) -> [(name: String, bytes: String)] {
        folder.files.map { name in
            var bytes: [UInt8] = []
            if let file = fopen("\(folder.path)/\(name)", "r") {
                var chunk = [UInt8](repeating: 0, count: 1 << 16)
                while true {
                    let count = fread(&chunk, 1, chunk.count, file)
                    if count == 0 { break }
                    bytes += chunk[..<count]
                }
                fclose(file)
            }
            // One character for each byte, so that what is looked for is found wherever it lies.
            return (name, String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) })))
        }
    }

    private func places(_ secret: String, in folder: TemporaryFolder) -> [String] {
        #expect(!secret.isEmpty)
        return contents(folder).filter { $0.bytes.utf8.firstRange(of: secret.utf8) != nil }.map(\.name)
    }

    /// - Parameter othersAttached: another process has the database open all the while, so that its log stays.
    @Test(arguments: [false, true])
    func keysOfAConnectionGoWithIt(othersAttached: Bool) throws {
        let folder = TemporaryFolder()
        let file = DatabaseLocation.file(folder.path + "/vpc.db")
        let clock = ManualClock()
        let other = othersAttached ? try Bench(file, clock: clock, seed: 2) : nil
        let bench = try Bench(file, clock: clock)
        let gateway = bench.makeGateway()
        let peer =
            bench.call(
                "CreateCustomerGateway",
                ["IpAddress": "203.0.113.5", "Asn": "65010", "AuthKey": "bgp-first", "ClientToken": "t0"]
            ).string("CustomerGatewayId") ?? ""
        let created = bench.call(
            "CreateVpnConnection",
            [
                "VpnGatewayId": gateway, "CustomerGatewayId": peer, "LocalSubnet": "192.168.0.0/24",
                "RemoteSubnet": "10.0.0.0/24", "IkeConfig": #"{"Psk":"psk-first-0123"}"#, "ClientToken": "t1",
            ])
        let id = created.string("VpnConnectionId") ?? ""
        clock.advance(seconds: 2)
        #expect(places("psk-first-0123", in: folder) != [], "the test looks in the wrong place")
        let modified = bench.call(
            "ModifyVpnConnectionAttribute",
            ["VpnConnectionId": id, "IkeConfig": #"{"Psk":"psk-second-4567"}"#, "ClientToken": "t2"])
        #expect(modified.string("IkeConfig.Psk") == "psk-second-4567")
        clock.advance(seconds: 2)
        bench.call("ModifyCustomerGatewayAttribute", ["CustomerGatewayId": peer, "AuthKey": "bgp-second"])
        #expect(bench.call("DeleteVpnConnection", ["VpnConnectionId": id, "ClientToken": "t3"]).status == 200)
        clock.advance(seconds: 2)
        #expect(bench.call("DeleteCustomerGateway", ["CustomerGatewayId": peer]).status == 200)
        // Whoever repeats a call is told what was answered, keys and all.
        let repeated = bench.call(
            "ModifyVpnConnectionAttribute",
            ["VpnConnectionId": id, "IkeConfig": #"{"Psk":"psk-second-4567"}"#, "ClientToken": "t2"])
        #expect(repeated.string("IkeConfig.Psk") == "psk-second-4567")
        bench.service.close()
        for secret in ["psk-first-0123", "psk-second-4567", "bgp-first", "bgp-second"] {
            #expect(places(secret, in: folder) == [], "\(secret)")
        }
        #expect((other?.call("DescribeVpnConnections").at("TotalCount") ?? 0) == 0)
    }

    @Test func keysOfServersAndCertificatesGoWithThem() throws {
        let folder = TemporaryFolder()
        let world = try World(try Bench(.file(folder.path + "/vpc.db")))
        let bench = world.bench
        bench.call(
            "UpdateIpsecServer", ["IpsecServerId": world.ipsecServer, "Psk": "server-key-99", "ClientToken": "a"])
        bench.clock.advance(seconds: 2)
        let key = bench.call("DescribeSslVpnClientCert", ["SslVpnClientCertId": world.certificate]).string("ClientKey")
        let lines = (key ?? "").split(separator: "\n")
        let client = String(try #require(lines.count > 2 ? lines[1] : nil))
        let authority = try authorityKey(in: folder.path + "/vpc.db")
        #expect(places(client, in: folder) != [] && places("server-key-99", in: folder) != [])
        let second = bench.call("CreateSslVpnClientCert", ["SslVpnServerId": world.sslServer]).string(
            "SslVpnClientCertId")
        #expect(bench.call("DeleteSslVpnClientCert", ["SslVpnClientCertId": world.certificate]).status == 200)
        #expect(bench.call("DeleteIpsecServer", ["IpsecServerId": world.ipsecServer]).status == 200)
        bench.clock.advance(seconds: 2)
        #expect(bench.call("DeleteSslVpnServer", ["SslVpnServerId": world.sslServer]).status == 200)
        #expect(bench.call("DescribeSslVpnClientCert", ["SslVpnClientCertId": second ?? ""]).status == 404)
        bench.service.close()
        for secret in [client, authority, "server-key-99"] { #expect(places(secret, in: folder) == [], "\(secret)") }
    }

    /// Pages that were split, joined and filled again keep nothing either, and what is there is kept.
    @Test func nothingIsLeftAfterManyChanges() throws {
        let folder = TemporaryFolder()
        let bench = try Bench(.file(folder.path + "/vpc.db"))
        let random = Repeatable(11)
        var live: [String: String] = [:]
        var gone: [String] = []
        for number in 0..<400 {
            let key = "key-\(number)-\(random.next())"
            // So that documents are of many lengths, some of them longer than a page.
            let filling = String(repeating: "d", count: Int(random.next() % 250) + 1)
            switch random.next() % 4 {
            case 0...1:
                let id = bench.call(
                    "CreateCustomerGateway",
                    [
                        "IpAddress": "20.0.\(number / 250).\(number % 250 + 1)", "AuthKey": key,
                        "Description": filling, "ClientToken": "t\(number)",
                    ]
                ).string("CustomerGatewayId")
                if let id { live[id] = key }
            case 2:
                guard let id = live.keys.sorted().first else { continue }
                let changed = bench.call(
                    "ModifyCustomerGatewayAttribute",
                    ["CustomerGatewayId": id, "AuthKey": key, "Description": filling, "ClientToken": "t\(number)"])
                if changed.status == 200, let old = live.updateValue(key, forKey: id) { gone.append(old) }
            default:
                guard let id = live.keys.sorted().last else { continue }
                let deleted = bench.call("DeleteCustomerGateway", ["CustomerGatewayId": id])
                if deleted.status == 200, let old = live.removeValue(forKey: id) { gone.append(old) }
            }
        }
        bench.service.close()
        #expect(gone.count > 50 && live.count > 20)
        let bytes = contents(folder).map(\.bytes).joined()
        #expect(gone.filter { bytes.contains($0) } == [])
        #expect(live.values.filter { !bytes.contains($0) } == [])
    }

    /// A database of version 2 has tokens as they were: they are sealed, still hold, and leave nothing behind.
    @Test func tokensOfAnEarlierVersionAreSealed() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/vpc.db"
        let clock = ManualClock()
        try Bench(.file(path), clock: clock).service.close()
        var database: OpaquePointer?
        sqlite3_open(path, &database)
        let old = """
            PRAGMA secure_delete = OFF;
            DROP TABLE token; DROP TABLE nonce; DROP TABLE kept_nonce;
            CREATE TABLE token (
                region TEXT NOT NULL, action TEXT NOT NULL, token TEXT NOT NULL, parameters TEXT NOT NULL,
                answer TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (region, action, token)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX tokens_by_age ON token (created);
            INSERT INTO token VALUES (
                'cn-hangzhou', 'CreateVpc', 'the-token', 'RegionId=cn-hangzhou&VpcName=plain-parameter',
                '{"VpcId":"vpc-plain-answer"}', \(clock.now().nanoseconds));
            INSERT INTO token VALUES ('cn-hangzhou', 'CreateVpc', 'gone', 'plain-parameter', '{}', 0);
            DELETE FROM token WHERE token = 'gone';
            PRAGMA user_version = 2;
            """
        #expect(sqlite3_exec(database, old, nil, nil, nil) == SQLITE_OK, "\(String(cString: sqlite3_errmsg(database)))")
        sqlite3_close_v2(database)
        #expect(places("plain-parameter", in: folder) == ["vpc.db"])
        let bench = try Bench(.file(path), clock: clock)
        let repeated = bench.call("CreateVpc", ["VpcName": "plain-parameter", "ClientToken": "the-token"])
        #expect(repeated.string("VpcId") == "vpc-plain-answer")
        #expect(
            bench.call("CreateVpc", ["VpcName": "other", "ClientToken": "the-token"]).outcome
                == "400 IdempotentParameterMismatch")
        bench.service.close()
        for text in ["the-token", "plain-parameter", "vpc-plain-answer"] { #expect(places(text, in: folder) == []) }
    }

    private func authorityKey(in path: String) throws -> String {
        var database: OpaquePointer?
        var statement: OpaquePointer?
        sqlite3_open(path, &database)
        defer {
            sqlite3_finalize(statement)
            sqlite3_close_v2(database)
        }
        let sql = "SELECT json_extract(document, '$.AuthorityKey') FROM resource WHERE kind = 'SslServer'"
        sqlite3_prepare_v2(database, sql, -1, &statement, nil)
        try #require(sqlite3_step(statement) == SQLITE_ROW)
        return String(cString: try #require(sqlite3_column_text(statement, 0)))
    }
}
