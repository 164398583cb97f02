import DataValue
import ScriptSyntax

// A pipeline becomes loops. Stages that look at one item at a time stand inside the loop over their input, one behind
// the other, so that a million items flow through them without being held; a stage that needs all of them ends the loop
// with a list, is called on it, and what it yields begins the next loop. Pages are fetched by the loop as it goes.

extension Compiler {
    /// `isDisplayed`: whether the value is shown next, so that its items may be written as they come.
    mutating func pipeline(_ pipeline: Pipeline, into target: Int, isDisplayed: Bool = false) {
        let mark = builder.nextRegister
        defer { builder.nextRegister = mark }
        var stages = pipeline.stages[...]
        guard !stages.isEmpty else {
            switch pipeline.source {
            case .expression(let expression): self.expression(expression, into: target)
            case .command(let command):
                guard let result = call(command, pages: false) else { return }
                builder.take(target, result, at: command.span)
            }
            return
        }
        // R[input] what is run through, then the place, the item, its index or key.
        let input = builder.allocate(4)
        switch pipeline.source {
        case .expression(let expression): self.expression(expression, into: input)
        case .command(let command):
            guard let result = call(command, pages: hasPages(command)) else { return }
            builder.take(input, result, at: command.span)
            if hasPages(command) {
                let output = isDisplayed ? itemOutput(stages) : nil
                stages = loop(over: input, stages, isPaged: true, output: output, at: command.span)
            }
        }
        // The names of the fields that the items have here, as far as a `select` tells them.
        var columns = Self.columns(after: pipeline.stages.prefix(pipeline.stages.count - stages.count), nil)
        while let stage = stages.first {
            if Self.streams(stage.name.text) {
                builder.emit(.native, input, NativeFunction.itemsOfStage, 1, at: stage.span)
                let rest = loop(over: input, stages, at: stage.span)
                columns = Self.columns(after: stages.prefix(stages.count - rest.count), columns)
                stages = rest
            } else {
                collected(stage, input, columns: columns)
                columns = Self.columns(after: [stage], columns)
                stages = stages.dropFirst()
            }
        }
        builder.take(target, input, at: pipeline.span)
    }

    private static func streams(_ name: String) -> Bool {
        switch name {
        case "where", "select", "first", "count", "ignore": true
        default: false
        }
    }

    /// A stage that takes all of its input at once, from R[input] to R[input].
    private mutating func collected(_ stage: ScriptSyntax.Stage, _ input: Int, columns: [String]?) {
        guard let index = Stage.index(of: stage.name.text) else { return unknown(stage) }
        let known = Stage.all[index]
        guard checkArguments(stage, known.arity, known.form) else { return }
        let mark = builder.nextRegister
        let base = builder.allocate(stage.arguments.count + 1)
        for (place, argument) in stage.arguments.enumerated() { expression(argument.value, into: base + 1 + place) }
        builder.take(base, input, at: stage.span)
        builder.callSites.append(
            .init(
                name: stage.name.text, command: nil, argumentNames: stage.arguments.map { $0.name?.text }, stage: index,
                output: ItemOutput(columns: columns)))
        builder.emit(.stage, base, wide: builder.callSites.count - 1, at: stage.span)
        builder.take(input, base, at: stage.span)
        builder.nextRegister = mark
    }

    private mutating func unknown(_ stage: ScriptSyntax.Stage) {
        guard canReport(at: stage.name.span) else { return }
        let nearest = Spelling.nearest(to: stage.name.text, among: Stage.names).first
        report(
            "there is no stage '\(stage.name.text)'", at: stage.name.span,
            help: nearest.map { "is it \($0)?" } ?? "stages are \(Stage.names.sorted().joined(separator: ", "))")
    }

    private mutating func checkArguments(
        _ stage: ScriptSyntax.Stage, _ arity: ClosedRange<Int>, _ form: String
    ) -> Bool {
        if let named = stage.arguments.first(where: { $0.name != nil }) {
            report("'\(stage.name.text)' takes no named arguments", at: named.span, help: form)
            return false
        }
        if arity.contains(stage.arguments.count) { return true }
        report("the arguments of '\(stage.name.text)' do not fit", at: stage.span, help: form)
        return false
    }

    // MARK: Loops

    /// A loop over R[input] (a list or pages) through as many streaming stages as follow each other. What it yields is in
    /// R[input] afterwards; returns the stages that are left.
    private mutating func loop(
        over input: Int, _ stages: ArraySlice<ScriptSyntax.Stage>, isPaged: Bool = false,
        output: (site: ItemOutput, path: Expression?)? = nil, at span: Span
    ) -> ArraySlice<ScriptSyntax.Stage> {
        let again = Label()
        let turn = Label()
        let end = Label()
        // R[result] what the loop yields; behind it the name of the file that it is saved in.
        let result = builder.allocate(2)
        var streaming: [(stage: ScriptSyntax.Stage, state: Int)] = []
        var rest = stages
        var ending: ScriptSyntax.Stage?
        while let stage = rest.first, Self.streams(stage.name.text) {
            rest = rest.dropFirst()
            if stage.name.text == "count" || stage.name.text == "ignore" {
                if checkArguments(stage, 0...0, stage.name.text) { ending = stage }
                break
            }
            streaming.append((stage, builder.allocate(2)))
        }
        switch ending?.name.text {
        case "count": builder.emit(.integer, result, wide: 0, at: span)
        case "ignore": builder.emit(.null, result, at: span)
        default:
            if let output {
                optional(output.path, into: result + 1, at: span)
                builder.callSites.append(.init(name: "", command: nil, argumentNames: [], output: output.site))
                builder.emit(.openItems, result, wide: builder.callSites.count - 1, at: span)
            } else {
                builder.emit(.list, result, result, 0, at: span)
            }
        }
        let site = builder.callSites.count - 1
        for (stage, state) in streaming where stage.name.text == "first" {
            beginFirst(stage, state, end)
        }
        builder.emit(.iterate, input, at: span)
        builder.jump(.jump, to: turn, at: span)
        builder.place(again)
        var item = input + 2
        for (stage, state) in streaming {
            switch stage.name.text {
            case "where": condition(of: stage, item, orElse: turn)
            case "select":
                select(stage, from: item, into: state)
                item = state
            default: builder.emit(.addInteger, state, state, 1, at: stage.span)
            }
        }
        switch ending?.name.text {
        case "count": builder.emit(.addInteger, result, result, 1, at: span)
        case "ignore": break
        default: builder.emit(output == nil ? .append : .putItem, result, item, at: span)
        }
        // Having had enough ends the loop before another page is asked for.
        for (stage, state) in streaming where stage.name.text == "first" {
            let flag = builder.allocate()
            builder.emit(.less, flag, state, state + 1, at: stage.span)
            builder.jump(.jumpIfFalse, flag, to: end, at: stage.span)
        }
        builder.place(turn)
        if isPaged, builder.surroundings.statement >= 0 {
            // A `retry` fetches this page again and no other, so that no item comes twice; anything else that a handler
            // does is about the whole.
            let fetch = builder.beginStatement(result: input + 2, partOf: builder.surroundings.statement, at: span)
            builder.jump(.next, input, to: again, at: span)
            builder.bindStatement(fetch)
            builder.endStatement(fetch)
        } else {
            builder.jump(.next, input, to: again, at: span)
        }
        builder.place(end)
        builder.emit(.closePages, input, at: span)
        builder.emit(.null, input + 2, at: span)
        if let output {
            builder.emit(.closeItems, result, wide: site, at: span)
            builder.take(input, result, at: span)
            return rest.dropFirst(output.site.stageCount)
        }
        builder.take(input, result, at: span)
        return rest
    }

    /// What a statement does with the items of its stages, if it is nothing that has to wait for the last of them. At a
    /// prompt the result is kept whole, for `$_`.
    private func itemOutput(_ stages: ArraySlice<ScriptSyntax.Stage>) -> (site: ItemOutput, path: Expression?)? {
        if kind == .promptLine { return nil }
        var output = ItemOutput()
        var path: Expression?
        var rest = stages
        while let stage = rest.first, Self.streams(stage.name.text) {
            switch stage.name.text {
            case "count", "ignore": return nil
            case "select": output.columns = Self.selectedNames(stage)
            default: break
            }
            rest = rest.dropFirst()
        }
        if let stage = rest.first, let format = OutputFormat(rawValue: stage.name.text), stage.arguments.isEmpty {
            output.format = format
            rest = rest.dropFirst()
        }
        if let stage = rest.first, stage.name.text == "save", stage.arguments.count == 1, stage.arguments[0].name == nil
        {
            output.isSaved = true
            path = stage.arguments[0].value
            rest = rest.dropFirst()
        }
        return rest.isEmpty ? (output, path) : nil
    }

    /// The names of the fields behind some stages.
    private static func columns(after stages: ArraySlice<ScriptSyntax.Stage>, _ before: [String]?) -> [String]? {
        stages.reduce(before) { columns, stage in
            switch stage.name.text {
            case "select": selectedNames(stage)
            case "where", "first", "last", "sort", "unique": columns
            default: nil
            }
        }
    }

    private static func selectedNames(_ stage: ScriptSyntax.Stage) -> [String]? {
        var names: [String] = []
        for argument in stage.arguments {
            guard case .string(let text)? = literal(argument.value), let steps = FieldPath.parse(text) else {
                return nil
            }
            names.append(argument.name?.text ?? fieldName(text, steps))
        }
        return names
    }

    /// What `select` calls a field that is given no name.
    private static func fieldName(_ text: String, _ steps: [FieldPath.Step]) -> String {
        if steps.count == 1, case .string(let field) = steps[0].key { return field }
        return text.filter { $0 != "?" }
    }

    /// R[state] how many items have passed, R[state + 1] how many may.
    private mutating func beginFirst(_ stage: ScriptSyntax.Stage, _ state: Int, _ end: Label) {
        guard checkArguments(stage, 0...1, "first [N]") else { return }
        builder.emit(.integer, state, wide: 0, at: stage.span)
        if let argument = stage.arguments.first {
            builder.emit(.leading, state + 1, expression(argument.value), at: argument.span)
        } else {
            builder.emit(.integer, state + 1, wide: 1, at: stage.span)
        }
        let flag = builder.allocate()
        builder.emit(.less, flag, state, state + 1, at: stage.span)
        builder.jump(.jumpIfFalse, flag, to: end, at: stage.span)
    }

    /// `where`: bare names are the item's fields, `$it` is the item.
    private mutating func condition(of stage: ScriptSyntax.Stage, _ item: Int, orElse turn: Label) {
        guard let condition = stage.arguments.first?.value else { return }
        let outerItem = whereItem
        whereItem = item
        let variable = Variable(register: item, span: condition.span)
        variable.isRead = true
        builder.surroundings.blocks.append(["it": variable])
        let mark = builder.nextRegister
        let start = builder.position
        let result = expression(condition)
        builder.fuseComparison(into: result, since: start)
        builder.jump(.jumpIfFalse, result, to: turn, at: condition.span)
        builder.nextRegister = mark
        builder.surroundings.blocks.removeLast()
        whereItem = outerItem
    }

    /// `select`: a record of the named fields. The names are known before the program runs.
    private mutating func select(_ stage: ScriptSyntax.Stage, from item: Int, into target: Int) {
        let form = "select Field path.to.field New=path"
        if stage.arguments.isEmpty { return report("'select' names no field", at: stage.span, help: form) }
        let mark = builder.nextRegister
        var names: [String] = []
        var seen: Set<String> = []
        let base = builder.allocate(stage.arguments.count)
        for (place, argument) in stage.arguments.enumerated() {
            if case .string(let text)? = Self.literal(argument.value), text.utf8.last == UInt8(ascii: ",") {
                report("fields stand with a blank between them, without commas", at: argument.span, help: form)
                return
            }
            guard case .string(let text)? = Self.literal(argument.value), let steps = FieldPath.parse(text) else {
                report("this is no path of fields", at: argument.span, help: form)
                return
            }
            let name = argument.name?.text ?? Self.fieldName(text, steps)
            if !seen.insert(name).inserted { report("the field '\(name)' is selected twice", at: argument.span) }
            names.append(name)
            var register = item
            for (number, step) in steps.enumerated() {
                let result = number == steps.count - 1 ? base + place : builder.allocate()
                if case .string(let name) = step.key {
                    self.field(name, of: register, into: result, isOptional: step.isOptional, at: argument.span)
                    register = result
                    continue
                }
                let key = builder.allocate()
                builder.emit(.constant, key, wide: builder.constant(step.key), at: argument.span)
                builder.emit(step.isOptional ? .indexOptional : .index, result, register, key, at: argument.span)
                register = result
            }
        }
        let template = Record(names.map { ($0, .null) })
        // A name that stands twice has been reported.
        if template.count == names.count { record(template, of: base, into: target, at: stage.span) }
        builder.nextRegister = mark
    }
}
