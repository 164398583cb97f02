/// In which notation an answer is written.
enum AnswerFormat: Sendable, Equatable {
    case json, xml

    /// By the value of the parameter `Format`, in whatever case; nil if it is neither.
    init?(name: String) {
        switch name.lowercased() {
        case "json": self = .json
        case "xml": self = .xml
        default: return nil
        }
    }

    var contentType: String {
        switch self {
        case .json: "application/json;charset=utf-8"
        case .xml: "text/xml;charset=utf-8"
        }
    }
}
