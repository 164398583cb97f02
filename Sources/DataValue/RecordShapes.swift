/// The shapes of the records met so far in one text, so that records of one shape share one table of names.
///
/// A shape is a path through a tree: the root is the empty record, a child adds one name.
///
///     root ── "RequestId" ── "VpnConnections" ── …
///        └─── "VpnConnectionId" ── "Name" ── "Status" ── …
///                                       └─── "Psk" ── "Status" ── …
///
/// A name is recognised by its bytes in the text, which are compared with those at the place where it stood before:
/// no string is made, and no table searched, for a name that comes where it came last time. A node also remembers the
/// last text that stood under its name, since the items of a list often agree in many fields.
///
/// The tree stays small: a text of ever new names gets tables of its own for them.
struct RecordShapes: ~Copyable {
    struct Node {
        /// The name, and where its bytes stand in the text (between the quotes).
        let name: String
        let nameStart: Int
        let nameLength: Int
        let parent: Int
        /// How many names lead here, this one included.
        let depth: Int
        var firstChild = -1
        var lastChild = -1
        var nextSibling = -1
        var childCount = 0
        var table: KeyTable?
        /// The first name of the record that last stood under this name; -1 while there was none.
        var recentFirst = -1
        /// The text that last stood under this name, and where; nothing while the length is -1.
        var recent = ""
        var recentStart = 0
        var recentLength = -1
        /// Remembering costs a little: a name whose texts keep being different stops doing it at 0.
        var credit = 8
    }

    static let root = 0
    private static let childLimit = 32
    private static let depthLimit = 64
    private static let nodeLimit = 2048

    private(set) var nodes = PendingStack<Node>(capacity: 32)

    init() {
        nodes.append(Node(name: "", nameStart: 0, nameLength: 0, parent: -1, depth: 0))
    }

    /// Whether another child may be added to a node.
    func hasRoom(at node: Int) -> Bool {
        nodes.count < Self.nodeLimit && nodes[node].depth < Self.depthLimit && nodes[node].childCount < Self.childLimit
    }

    /// Whether a name is among those that lead to a node.
    func contains(_ name: String, upTo node: Int) -> Bool {
        var node = node
        while node > Self.root {
            if isSameText(nodes[node].name, name) { return true }
            node = nodes[node].parent
        }
        return false
    }

    /// Adds a child and returns it. There is room for it.
    mutating func add(_ name: String, start: Int, length: Int, under parent: Int) -> Int {
        let added = nodes.count
        nodes.append(
            Node(name: name, nameStart: start, nameLength: length, parent: parent, depth: nodes[parent].depth + 1))
        if nodes[parent].lastChild < 0 {
            nodes[parent].firstChild = added
        } else {
            nodes[nodes[parent].lastChild].nextSibling = added
        }
        nodes[parent].lastChild = added
        nodes[parent].childCount += 1
        return added
    }

    /// The table of the names that lead to a node, made once.
    mutating func table(at node: Int) -> KeyTable {
        if let table = nodes[node].table { return table }
        let table = KeyTable(names(upTo: node))
        nodes[node].table = table
        return table
    }

    /// The names that lead to a node, first to last.
    func names(upTo node: Int) -> [String] {
        var names: [String] = []
        var step = node
        while step > Self.root {
            names.append(nodes[step].name)
            step = nodes[step].parent
        }
        return names.reversed()
    }

    /// Keeps what a record that stands under a node's name begins with.
    mutating func remember(first child: Int, at node: Int) {
        if node >= 0 { nodes[node].recentFirst = child }
    }

    /// Keeps a text that stood under a node's name, for as long as that has been worth it.
    @inline(__always)
    mutating func remember(_ text: String, start: Int, length: Int, at node: Int) {
        guard nodes[node].credit > 0 else { return }
        nodes[node].credit -= 1
        nodes[node].recent = text
        nodes[node].recentStart = start
        nodes[node].recentLength = nodes[node].credit > 0 ? length : -1
    }

    /// The remembered text stood there again.
    @inline(__always)
    mutating func confirm(at node: Int) -> String {
        if nodes[node].credit < 64 { nodes[node].credit += 1 }
        return nodes[node].recent
    }
}
