/// What `help TOPIC` tells about the shell as a whole. The examples are run by the tests, one after another, on an empty
/// embedded endpoint.
package struct HelpTopic: Sendable {
    /// What it is asked for by.
    package let name: String
    let summary: String
    /// Lines of at most 84 columns.
    package let text: String
    /// Statements that can be entered as they stand.
    package let examples: [String]

    /// By name.
    package static let all: [HelpTopic] = [
        HelpTopic(
            name: "calls", summary: "operations, their arguments and answers",
            text: """
                An operation is a command; its arguments are Name=value or --Name value, and a
                line copied from the aliyun CLI runs as it is. A list is sent as Name.1, Name.2 …,
                a record as Name.Key, or as JSON where the API wants that. RegionId is the
                session's region unless it is given.
                """,
            examples: [
                "CreateVpc CidrBlock=10.0.0.0/16 VpcName=office Tag=[{Key: \"env\", Value: \"test\"}]",
                "DescribeVpcs --VpcName office",
            ]),
        HelpTopic(
            name: "credentials", summary: "where keys and profiles come from",
            text: """
                In this order: --profile NAME, ALIBABA_CLOUD_ACCESS_KEY_ID and …_SECRET, the
                current profile of the aliyun CLI, the SDKs' chain. 'profile' lists the profiles,
                'profile NAME' goes over to one, 'profile protect NAME' has every deletion in it
                typed out, 'profile read-only NAME' refuses every write, 'profile release NAME'
                takes either back. --local needs no keys.
                """, examples: ["region"]),
        HelpTopic(
            name: "handlers", summary: "what happens when a call fails",
            text: """
                An error ends the statement. 'on error CODE ACTION' says otherwise, behind a
                statement for that one or on a line of its own for the rest of the block. CODE may
                have *; ACTION is retry, resume, use VALUE, fail or a block. 'errors CODE' tells
                the cause of an error and its remedy.
                """,
            examples: [
                "DeleteVpnConnection VpnConnectionId=vco-gone on error *.NotFound resume",
                "on error VpnGateway.Configuring retry every 5s for 10m", "handlers",
            ]),
        HelpTopic(
            name: "loops", summary: "for, while, if and functions",
            text: """
                'for x in VALUE { … }' runs through a list, a record or all pages of a list
                operation; 'parallel 8' before the brace runs eight at once. 'if', 'else' and
                'while' take a condition; 'def f(a, b = 2) { … }' makes a function.
                """,
            examples: [
                "for v in (DescribeVpcs) { print $v.VpcId $v.CidrBlock }",
                "def twice(n) { return $n * 2 }; print (twice(21))",
            ]),
        HelpTopic(
            name: "output", summary: "tables, JSON, files and programs",
            text: """
                Results are tables on a terminal and JSON elsewhere. 'format json' changes that for
                the session, '| json' for one statement. '| save FILE' writes a file, '| sh 'jq .''
                hands the result to a program. Long results open in $PAGER.
                """,
            examples: ["DescribeRegions | select RegionId | first 3 | csv", "DescribeVpcs | yaml"]),
        HelpTopic(
            name: "pipes", summary: "choosing and shaping items",
            text: """
                Behind a list operation and a '|' stand stages that work on its items, of all
                pages: where, select, sort, first, last, count, unique, group, items, query.
                """,
            examples: [
                "DescribeVpcs | where Status == \"Available\" | select VpcId VpcName | sort VpcName",
                "DescribeRegions | query '[].RegionId' | first 2",
            ]),
        HelpTopic(
            name: "prompt", summary: "keys and the prompt's own commands",
            text: """
                Tab completes operations, parameters, values, ids and fields; a '?' at the end of
                an unfinished line tells what can follow. Ctrl-R searches the history, Ctrl-C drops
                the line or stops what runs, Ctrl-D leaves. $_ is the last result, $error the last
                error. history, edit, watch, save-session and '! program' exist here only; 'option'
                lists what can be set.
                """, examples: ["option"]),
        HelpTopic(
            name: "safety", summary: "what keeps a slip from costing anything",
            text: """
                At a prompt, what destroys names what it is about to hit and asks. --read-only
                refuses every write, --dry-run shows it instead, --local sends it to an embedded
                endpoint that costs nothing. A write is never sent twice: it carries a token, and
                'vpcsh journal' knows what became of it. 'explain' shows a call without sending it,
                'code' writes it as a program.
                """,
            examples: ["explain DeleteVpnConnection VpnConnectionId=vco-1", "code curl DescribeVpcs"]),
        HelpTopic(
            name: "scripts", summary: "from the prompt to a file",
            text: """
                'save-session FILE' writes what worked. A script takes 'param NAME: TYPE' as
                --NAME, is checked whole before it runs, and ends with a status that tells how it
                went. 'vpcsh check FILE' checks it, 'vpcsh fmt FILE' lays it out.
                """, examples: ["let greeting = \"hello\"; print $greeting"]),
        HelpTopic(
            name: "waiting", summary: "until a state is reached",
            text: """
                'wait 5s' sleeps. 'wait until CONDITION every 5s for 10m' asks again and again, and
                fails with Script.Timeout when the time is over.
                """,
            examples: [
                "wait until (DescribeVpcs | count) < 1000 every 1s for 1m"
            ]),
    ]

    /// The topic of a name.
    package static func named(_ name: String) -> HelpTopic? { all.first { $0.name == name } }

    /// What `help TOPIC` prints.
    var full: String { ([text, ""] + examples.map { "  > \($0)" }).joined(separator: "\n") }
}
