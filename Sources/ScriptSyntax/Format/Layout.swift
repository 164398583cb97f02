// A script on its way to being laid out: its items, and for each statement the tokens that it is made of.
//
// A statement is a flat row of tokens. What belongs together in it (a list, the arguments of a command, the stages of a
// pipeline) is a ``Construct``: a range of the row, known by the number of its first token. The gap before a token
// belongs to the innermost construct that has begun before it.

/// A comment with its `#`, without blanks at its end.
struct Comment: Equatable {
    var text: String
    /// Whether it begins its line.
    var isOnOwnLine: Bool
    /// Whether a blank line stands before it.
    var isApart: Bool
}

/// What stands in a block, in order.
enum LayoutItem {
    case comment(Comment)
    case statement(StatementLayout)
}

struct BlockLayout {
    var items: [LayoutItem] = []
    /// The comment behind the opening brace.
    var opening: String?
    /// Whether the author wrote the block in one line.
    var isOnOneLine = false
}

struct StatementLayout {
    var tokens: [LayoutToken] = []
    var constructs: [Construct] = []
    /// The comment behind the statement.
    var trailing: String?
    /// Whether a blank line stands before it.
    var isApart = false
    /// Whether it is a `param`, whose descriptions stand below each other.
    var isParameter = false
}

struct LayoutToken {
    /// How a line can end before a token.
    enum LineEnd {
        /// Just so, since a newline means nothing here.
        case plain
        /// With a `\`.
        case backslash
    }

    var text: String
    /// Whether a blank stands before it where no line ends.
    var hasSpace: Bool
    var lineEnd: LineEnd
    /// Whether a line ends before it.
    var isBroken: Bool
    /// Whether a blank line stands before it, where a line ends before it.
    var isApart = false
    /// The comments between the token before and this one.
    var comments: [Comment] = []
    /// The construct that the gap before the token belongs to.
    var owner = 0
    /// Whether a line that is too long may end before it.
    var isBreakable = false
    /// Whether it is the bracket that ends its owner.
    var isCloser = false
    /// For a closing bracket: whether a comma may stand before it.
    var takesComma = false
    /// The lines inside a `"""` string whose indentation may change.
    var blockText: [String]?
    /// For the `{` of a block, whose `}` is the next token: what stands inside.
    var block: BlockLayout?
    /// Whether it is the description of a `param`.
    var isDescription = false
}

struct Construct {
    enum Kind {
        /// Where one of its gaps has to end a line, all do.
        case all
        /// Lines are filled: they end where the next part would make them too long.
        case fill
    }
    var kind: Kind
    /// The number of its first token. Constructs are numbered in the order in which they begin.
    var first: Int
    /// How many constructs lie around it.
    var depth: Int
    /// The tokens in whose gaps a line may end for want of room.
    var gaps: [Int] = []
}
