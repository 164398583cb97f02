import CloudAPI
import Testing

@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("", ""), ("azAZ09-_.~", "azAZ09-_.~"), (" ", "%20"), ("*", "%2A"), ("+", "%2B"), ("/", "%2F"), ("%", "%25"),
        ("a=b&c", "a%3Db%26c"), ("名字", "%E5%90%8D%E5%AD%97"), ("😀", "%F0%9F%98%80"), ("\u{0}\n", "%00%0A"),
    ])
    func encodesAsTheServiceSigns(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded.utf8) == text)
    }

    @Test(arguments: [("a+b", "a b"), ("%2b", "+"), ("%2B", "+"), ("%e5%90%8D", "名"), ("*", "*")])
    func decodesWhatOthersWrite(encoded: String, text: String) {
        #expect(PercentEncoding.decode(encoded.utf8) == text)
    }

    @Test func keepsAPlusWhereItIsNoBlank() {
        #expect(PercentEncoding.decode("a+b".utf8, plusIsBlank: false) == "a+b")
    }

    @Test(arguments: ["%", "%2", "%zz", "%2z", "a%", "%FF", "%E5%90", "%C0%80"])
    func refusesWhatIsMalformed(encoded: String) {
        #expect(PercentEncoding.decode(encoded.utf8) == nil)
        #expect(PercentEncoding.parseQuery("a=\(encoded)") == nil)
        #expect(PercentEncoding.parseQuery("\(encoded)=a") == nil)
    }

    @Test func parsesQueriesInOrder() throws {
        let parsed = try #require(PercentEncoding.parseQuery("b=1&a=x+y%2F&&empty=&bare&eq=a=b"))
        #expect(parsed.map(\.name) == ["b", "a", "empty", "bare", "eq"])
        #expect(parsed.map(\.value) == ["1", "x y/", "", "", "a=b"])
        #expect(try #require(PercentEncoding.parseQuery("")).isEmpty)
    }

    @Test func writesQueries() {
        #expect(PercentEncoding.query([("Tag.1.Key", "a b"), ("x", "")]) == "Tag.1.Key=a%20b&x=")
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
    func encodesBase64(text: String, encoded: String) {
        #expect(Base64.encode(text.utf8) == encoded)
    }

    @Test func encodesEveryBase64Digit() {
        #expect(Base64.encode([0xFB, 0xFF, 0xBF, 0x00]) == "+/+/AA==")
    }
}
