import CSQLite
import CloudAPI
import DataValue
import Glibc
import LocalVPC
import Synchronization
import Testing

@Suite struct StorageTests {
    @Test func stateSurvivesReopening() throws {
        let folder = TemporaryFolder()
        let file = DatabaseLocation.file(folder.path + "/vpc.db")
        let clock = ManualClock()
        var bench: Bench? = try Bench(file, clock: clock)
        let (gateway, _, connection) = try #require(bench?.makeOffice())
        bench?.call("ModifyVpnGatewayAttribute", ["VpnGatewayId": gateway, "Name": "later", "ClientToken": "t"])
        bench = nil
        let again = try Bench(file, clock: clock, seed: 2)
        #expect(again.call("DescribeVpnGateway", ["VpnGatewayId": gateway]).string("Status") == "updating")
        let psk = again.call("DescribeVpnConnection", ["VpnConnectionId": connection]).string("IkeConfig.Psk")
        #expect(psk?.count == 16)
        // The token too: no second effect, and no refusal for the gateway being configured.
        #expect(
            again.call(
                "ModifyVpnGatewayAttribute", ["VpnGatewayId": gateway, "Name": "later", "ClientToken": "t"]
            ).status == 200)
        clock.advance(seconds: 2)
        #expect(again.call("DeleteVpnConnection", ["VpnConnectionId": connection]).status == 200)
    }

    @Test func twoEndpointsShareAFile() throws {
        let folder = TemporaryFolder()
        let file = DatabaseLocation.file(folder.path + "/vpc.db")
        let clock = ManualClock()
        let one = try Bench(file, clock: clock, seed: 1)
        let two = try Bench(file, clock: clock, seed: 2)
        let vpc = one.makeVpc()
        #expect(two.call("DescribeVpcs").string("Vpcs.Vpc.0.VpcId") == vpc)
        #expect(two.call("DeleteVpc", ["VpcId": vpc]).status == 200)
        #expect(one.call("DescribeVpcs").at("TotalCount") == 0)
    }

    @Test(arguments: [true, false])
    func eightThreadsLoseNothing(inMemory: Bool) throws {
        let folder = TemporaryFolder()
        let location = inMemory ? DatabaseLocation.memory : .file(folder.path + "/vpc.db")
        let clock = ManualClock()
        let benches =
            inMemory
            ? [try Bench(location, clock: clock)]
            : [try Bench(location, clock: clock, seed: 1), try Bench(location, clock: clock, seed: 2)]
        let failures = Mutex<[String]>([])
        onThreads(8) { thread in
            let bench = benches[thread % benches.count]
            for number in 0..<25 {
                let created = bench.call("CreateCustomerGateway", ["IpAddress": "203.0.\(thread).\(number + 1)"])
                let listed = bench.call("DescribeCustomerGateways")
                for reply in [created, listed] where reply.status != 200 {
                    failures.withLock { $0.append(reply.text) }
                }
            }
            // All eight want the same address; one gets it.
            let outcome = bench.call("CreateCustomerGateway", ["IpAddress": "203.0.113.200"]).outcome
            if outcome != "200" && outcome != "400 InvalidIpAddress.AlreadyExist" {
                failures.withLock { $0.append(outcome) }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(benches[0].call("DescribeCustomerGateways").at("TotalCount") == 201)
    }

    @Test func newFileIsSetUpOnceByWhoeverComes() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/vpc.db"
        let clock = ManualClock()
        let failures = Mutex<[String]>([])
        onThreads(8) { thread in
            do {
                let bench = try Bench(.file(path), clock: clock, seed: UInt64(thread))
                let reply = bench.call("CreateVpc")
                if reply.status != 200 { failures.withLock { $0.append(reply.text) } }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try Bench(.file(path), clock: clock).call("DescribeVpcs").at("TotalCount") == 8)
    }

    /// Sixteen connections at a time open files that are not there yet: all of them find a working database, and what
    /// each writes is kept.
    @Test func newFilesAreSetUpByManyAtATime() throws {
        let folder = TemporaryFolder()
        let clock = ManualClock()
        let failures = Mutex<[String]>([])
        let path = folder.path
        let turns = Barrier(16)
        onThreads(16) { thread in
            for number in 0..<20 {
                turns.wait()
                do {
                    let bench = try Bench(
                        .file("\(path)/\(number).db"), clock: clock, seed: UInt64(number * 16 + thread))
                    let reply = bench.call("CreateVpc")
                    if reply.status != 200 { failures.withLock { $0.append(reply.text) } }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        for number in 0..<20 {
            let bench = try Bench(.file("\(folder.path)/\(number).db"), clock: clock)
            #expect(bench.call("DescribeVpcs").at("TotalCount") == 16)
        }
    }

    @Test func closingLeavesOneFileWithEverythingInIt() throws {
        let folder = TemporaryFolder()
        let bench = try Bench(.file(folder.path + "/vpc.db"))
        let vpc = bench.makeVpc()
        bench.service.close()
        bench.service.close()
        #expect(folder.files == ["vpc.db"])
        try folder.copy("vpc.db", to: "copy.db")
        #expect(try Bench(.file(folder.path + "/copy.db")).call("DescribeVpcs").string("Vpcs.Vpc.0.VpcId") == vpc)
        let error = #expect(throws: TransportError.self) {
            try bench.service.send(
                WireRequest(method: "GET", origin: "http://vpc.local", target: "/", headers: []))
        }
        #expect(Bench.overSocket || error?.mayHaveArrived == false)
    }

    @Test func closingOneOfTwoBringsTheDataIntoTheFile() throws {
        let folder = TemporaryFolder()
        let file = DatabaseLocation.file(folder.path + "/vpc.db")
        let other = try Bench(file)
        let bench = try Bench(file, seed: 2)
        let vpc = bench.makeVpc()
        bench.service.close()
        try folder.copy("vpc.db", to: "copy.db")
        #expect(try Bench(.file(folder.path + "/copy.db")).call("DescribeVpcs").string("Vpcs.Vpc.0.VpcId") == vpc)
        #expect(other.call("DescribeVpcs").string("Vpcs.Vpc.0.VpcId") == vpc)
        other.service.close()
        #expect(folder.files.filter { $0.hasPrefix("vpc") } == ["vpc.db"])
    }

    @Test func anEndpointThatIsLetGoClosesItsFile() throws {
        let folder = TemporaryFolder()
        _ = try Bench(.file(folder.path + "/vpc.db")).makeVpc()
        #expect(folder.files == ["vpc.db"])
    }

    @Test(arguments: [false, true])
    func filesAreTheOwnersAlone(isLink: Bool) throws {
        let folder = TemporaryFolder()
        if isLink { symlink("target.db", folder.path + "/vpc.db") }
        let bench = try Bench(.file(folder.path + "/vpc.db"))
        bench.call("CreateVpc")
        let files = folder.files
        #expect(files.contains { $0.hasSuffix("-wal") } && files.contains { $0.hasSuffix("-shm") })
        for file in files { #expect(folder.mode(of: file) == 0o600, "\(file)") }
        // Here and not before: the log is looked at above.
        bench.service.close()
    }

    @Test func theModeOfAFileThatIsThereIsKept() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/vpc.db"
        try Bench(.file(path)).service.close()
        chmod(path, 0o640)
        try Bench(.file(path)).service.close()
        #expect(folder.mode(of: "vpc.db") == 0o640)
    }

    @Test func unusableFilesAreNamed() throws {
        let folder = TemporaryFolder()
        folder.write("This is a letter and not a database, which anybody can see who reads it.\n", to: "letter.txt")
        let cases: [(String, LocalEndpointError.Reason)] = [
            (folder.path, .cannotOpen), (folder.path + "/none/vpc.db", .cannotOpen), ("", .cannotOpen),
            (folder.path + "/letter.txt", .notADatabase), (folder.path + "/letter.txt/vpc.db", .cannotOpen),
            ("/proc/vpc.db", .cannotOpen),
        ]
        for (path, reason) in cases {
            let error = #expect(throws: LocalEndpointError.self) { try Bench(.file(path)) }
            #expect(error?.reason == reason, "\(path)")
            #expect(error?.message.contains(path) == true)
        }
        #expect(folder.files == ["letter.txt"])
    }

    @Test func foreignDatabaseIsLeftAlone() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/notes.db"
        sql("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')", in: path)
        let size = folder.size(of: "notes.db")
        let error = #expect(throws: LocalEndpointError.self) { try Bench(.file(path)) }
        #expect(error?.reason == .foreignDatabase)
        #expect(folder.size(of: "notes.db") == size)
        #expect(folder.files == ["notes.db"])
    }

    @Test func laterVersionIsRefused() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/vpc.db"
        _ = try Bench(.file(path))
        sql("PRAGMA user_version = 99", in: path)
        let error = #expect(throws: LocalEndpointError.self) { try Bench(.file(path)) }
        #expect(error?.reason == .tooNew)
    }

    @Test func fullDiskLeavesNoFile() throws {
        let folder = TemporaryFolder()
        let error = #expect(throws: LocalEndpointError.self) {
            try Bench(.file(folder.path + "/vpc.db"), maximumPages: 2)
        }
        #expect(error?.reason == .full)
        #expect(error?.message.contains(folder.path) == true)
        #expect(folder.files == [])
    }

    @Test func fullDiskDuringACallUndoesIt() throws {
        let folder = TemporaryFolder()
        let bench = try Bench(.file(folder.path + "/vpc.db"), maximumPages: 24)
        var made = 0
        var reply = bench.call("DescribeRegions")
        while made < 2000, reply.status == 200 {
            reply = bench.call("CreateVpc", ["Description": String(repeating: "d", count: 250)])
            if reply.status == 200 { made += 1 }
        }
        #expect(made > 0)
        #expect(reply.outcome == "507 Local.StorageFull")
        #expect(reply.string("Message")?.contains(folder.path) == true)
        #expect(bench.call("DescribeVpcs").at("TotalCount") == .int(made))
    }

    @Test func lockedFileIsReportedAndNotCorrupted() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/vpc.db"
        let bench = try Bench(.file(path))
        bench.call("CreateVpc")
        // A reader in another process does not stop a writer, nor a writer a reader.
        var other: OpaquePointer?
        sqlite3_open(path, &other)
        sqlite3_exec(other, "BEGIN; SELECT * FROM resource", nil, nil, nil)
        #expect(bench.call("CreateVpc").status == 200)
        sqlite3_exec(other, "COMMIT; BEGIN IMMEDIATE", nil, nil, nil)
        #expect(bench.call("DescribeVpcs").at("TotalCount") == 2)
        sqlite3_close_v2(other)
    }

    private func sql(_ text: String, in path: String) {
        var database: OpaquePointer?
        sqlite3_open(path, &database)
        sqlite3_exec(database, text, nil, nil, nil)
        sqlite3_close_v2(database)
    }
}
