/// A JMESPath expression, read once and evaluated as often as wanted.
///
/// The language is that of the JMESPath specification with all of its built-in functions. Records keep the order of
/// their fields, numbers keep the digits that they came with, and a secret stays one: it counts as a string, and a
/// string made from it is a secret too.
///
/// The stages: ``JMESPathLexer`` makes tokens, ``JMESPathParser`` a flat list of nodes that refer to one another by
/// their positions, ``JMESPathEvaluator`` runs through them.
package struct JMESPath: Sendable {
    /// How deeply the parts of an expression may be nested, a chain `a.b.c` being nested as well.
    package static let depthLimit = 500

    let nodes: [JMESPathNode]
    let root: Int

    /// Reads an expression. Unknown functions, wrong numbers of arguments and a step of 0 are found here already.
    package init(_ expression: String) throws(JMESPathError) {
        var lexer = JMESPathLexer(expression)
        var parser = JMESPathParser(tokens: try lexer.tokens())
        root = try parser.parse()
        nodes = parser.nodes
    }

    /// What the expression yields for a value. Errors are those of functions that get arguments of a wrong type.
    package func evaluate(_ value: Value) throws(JMESPathError) -> Value {
        var evaluator = JMESPathEvaluator(nodes)
        return try evaluator.evaluate(root, value)
    }
}

/// Why an expression cannot be read or evaluated.
package struct JMESPathError: Error, Sendable, Equatable {
    /// The kinds of error that the specification names.
    package enum Kind: String, Sendable {
        case syntax
        case invalidType = "invalid-type"
        case invalidValue = "invalid-value"
        case invalidArity = "invalid-arity"
        case unknownFunction = "unknown-function"
    }
    package var kind: Kind
    /// What is wrong, for a person, without the place.
    package var message: String
    /// The place in the expression, in bytes of its UTF-8, counted from 0.
    package var offset: Int

    package init(_ kind: Kind, _ message: String, offset: Int) {
        self.kind = kind
        self.message = message
        self.offset = offset
    }
}

/// A part of an expression; integers are positions of other nodes.
struct JMESPathNode: Sendable {
    enum Kind: Sendable {
        /// `@`, and what a projection without anything behind it applies to each element.
        case current
        case literal(Value)
        case field(String)
        case index(Int)
        case slice(start: Int?, stop: Int?, step: Int)
        /// Evaluates the second on what the first yields: `a.b`, `a[0]` and `a | b`.
        case chain(Int, Int)
        /// Applies the second to each element that the first yields, and drops nulls: `a[*].b`.
        case projection(Int, Int)
        /// The same over the values of a record: `a.*.b`.
        case valueProjection(Int, Int)
        /// The same over the elements for which the condition holds: `a[?c].b`.
        case filterProjection(Int, condition: Int, Int)
        case flatten(Int)
        case comparison(Comparison, Int, Int)
        case or(Int, Int)
        case and(Int, Int)
        case not(Int)
        case multiselectList([Int])
        case multiselectRecord([(name: String, node: Int)])
        case call(JMESPathFunction, [Int])
        /// `&expression`, an argument that the function itself evaluates.
        case reference(Int)
    }
    enum Comparison: Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    }

    let kind: Kind
    /// Where it begins in the expression, in bytes.
    let offset: Int
    /// The length of the longest way down from here.
    let height: Int
}
