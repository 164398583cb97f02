/// What a parameter must look like.
struct ParameterRule: Sendable {
    enum Form: Sendable {
        /// Up to so many characters, none of them a control character.
        case text(maximum: Int)
        case integer(ClosedRange<Int>)
        /// One of these numbers.
        case number([Int])
        case boolean
        case choice([String])
        /// Up to so many characters, no control characters, and not a web address. Where `startsWithLetter`, letters,
        /// digits, `.`, `_` and `-` only.
        case name(ClosedRange<Int>, startsWithLetter: Bool)
        case block
        /// A region that exists.
        case region
        /// `rg-` and letters and digits.
        case resourceGroup
        /// ASCII, at most 64 characters.
        case clientToken
        /// A JSON object; the handler reads what is in it.
        case object
    }

    let name: String
    let form: Form
    var isRequired = false
    /// The code with which a malformed value is refused.
    var code = "InvalidParameter"

    init(_ name: String, _ form: Form, code: String = "InvalidParameter") {
        self.name = name
        self.form = form
        self.code = code
    }

    var required: ParameterRule {
        var rule = self
        rule.isRequired = true
        return rule
    }

    static let region = ParameterRule("RegionId", .region)
    static let clientToken = ParameterRule("ClientToken", .clientToken)
    static let dryRun = ParameterRule("DryRun", .boolean)
    static let resourceGroup = ParameterRule("ResourceGroupId", .resourceGroup)
    /// The page of a list, from 1, and how many entries it has.
    static let page = [
        ParameterRule("PageNumber", .integer(1...Int(Int32.max))), ParameterRule("PageSize", .integer(1...50)),
    ]
    /// For lists that are continued by a token.
    static let continued = [
        ParameterRule("MaxResults", .integer(1...20)), ParameterRule("NextToken", .text(maximum: 128)),
    ]
    static func id(_ name: String) -> ParameterRule { ParameterRule(name, .text(maximum: 128)) }
    /// A resource's name as most of them have it.
    static let name = ParameterRule("Name", .name(1...128, startsWithLetter: false), code: "InvalidName")
    /// A description.
    static func description(_ name: String = "Description", code: String = "InvalidDescription") -> ParameterRule {
        ParameterRule(name, .name(1...256, startsWithLetter: false), code: code)
    }

    func check(_ value: String) throws(ServiceError) {
        switch form {
        case .text(let maximum):
            if !value.isPlainText { throw refusal("must not contain control characters") }
            if value.count > maximum { throw refusal("must have at most \(maximum) characters") }
        case .integer(let range):
            guard let number = Int(value), range.contains(number) else {
                throw refusal("must be a number from \(range.lowerBound) to \(range.upperBound)")
            }
        case .number(let numbers):
            guard let number = Int(value), numbers.contains(number) else {
                throw refusal("must be one of " + numbers.map { "\($0)" }.joined(separator: ", "))
            }
        case .boolean:
            if !["true", "false"].contains(value.lowercased()) { throw refusal("must be true or false") }
        case .choice(let choices):
            if !choices.contains(value) { throw refusal("must be one of " + choices.joined(separator: ", ")) }
        case .name(let range, let startsWithLetter):
            try checkName(value, range, startsWithLetter)
        case .block:
            if IPv4Block(value) == nil { throw refusal("must be a CIDR block such as 192.168.0.0/16") }
        case .region:
            if Region.named(value) == nil {
                throw ServiceError(404, "InvalidRegionId.NotFound", "There is no region \(value).")
            }
        case .resourceGroup:
            let rest = value.utf8.dropFirst(3)
            let isNamed = rest.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            }
            if !value.hasPrefix("rg-") || !isNamed || !(1...64 ~= rest.count) {
                throw refusal("must be the id of a resource group: rg- and letters and digits")
            }
        case .clientToken:
            let isASCII = value.utf8.allSatisfy { 0x20...0x7E ~= $0 }
            if !isASCII || value.utf8.count > 64 { throw refusal("must be ASCII of at most 64 characters") }
        case .object: break
        }
    }

    private func checkName(_ value: String, _ range: ClosedRange<Int>, _ startsWithLetter: Bool) throws(ServiceError) {
        if !range.contains(value.count) {
            throw refusal("must have \(range.lowerBound) to \(range.upperBound) characters")
        }
        if !value.isPlainText { throw refusal("must not contain control characters") }
        let lowered = value.lowercased()
        if lowered.hasPrefix("http://") || lowered.hasPrefix("https://") {
            throw refusal("must not begin with http:// or https://")
        }
        if startsWithLetter {
            let isNamed = value.first?.isLetter ?? false
            if !isNamed || !value.allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) }) {
                throw refusal("must begin with a letter and consist of letters, digits, '.', '_' and '-'")
            }
        }
    }

    private func refusal(_ reason: String) -> ServiceError {
        ServiceError(400, code, "The parameter \(name) \(reason).")
    }
}

extension String {
    /// Whether it has no control characters.
    var isPlainText: Bool { unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) } }
}
