import CloudAPI
import Testing

/// The signatures of requests that official clients sent, reproduced to the byte.
@Suite(.enabled(if: !RecordedRequests.all.isEmpty, "the recorded requests are not beside this checkout"))
struct RecordedSignatureTests {
    @Test func reproducesEverySignatureOfVersion1() throws {
        var seen = 0
        for request in RecordedRequests.all {
            let query = request.target.drop { $0 != "?" }.dropFirst()
            let parameters = try #require(PercentEncoding.parseQuery(query))
            guard let recorded = parameters.first(where: { $0.name == "Signature" })?.value else { continue }
            let form = try #require(PercentEncoding.parseQuery(request.body))
            let signature = SignatureV1.sign(
                method: request.method, parameters: parameters + form, secret: request.secret
            ).signature
            #expect(signature == recorded, "\(request.client)")
            seen += 1
        }
        #expect(seen == 2)
    }

    @Test func reproducesEverySignatureOfACS3() throws {
        var seen = 0
        for request in RecordedRequests.all {
            guard let recorded = request.headers.first(where: { $0.name == "Authorization" })?.value else { continue }
            let bodyHash = SignatureACS3.hash(Array(request.body.utf8))
            #expect(request.headers.first { $0.name == "x-acs-content-sha256" }?.value == bodyHash)
            let query = request.target.drop { $0 != "?" }.dropFirst()
            let parameters = try #require(PercentEncoding.parseQuery(query))
            let names = SignatureACS3.signedHeaders(request.headers)
            let signature = SignatureACS3.sign(
                method: request.method, query: parameters, headers: request.headers, signedHeaders: names,
                bodyHash: bodyHash, secret: request.secret
            ).signature
            let authorization = SignatureACS3.authorization(
                accessKeyID: "testid", signedHeaders: names, signature: signature)
            #expect(authorization == recorded, "\(request.client)")
            seen += 1
        }
        #expect(seen == 2)
    }
}
