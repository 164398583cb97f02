import CloudAPI
import DataValue

// Programs for a shell, and for Python.

extension CallProgram {
    /// A line for the aliyun CLI, which takes flattened names as the wire has them.
    var aliyunCommand: String {
        var lines = [
            remarks(needs: "Needs the aliyun CLI, configured (aliyun configure).").commented("#")
                + "aliyun vpc \(action)", "--region \(SourceLiteral.shell(region))",
        ]
        if !usesTLS || host != Self.usualHost(region) { lines.append("--endpoint \(SourceLiteral.shell(host))") }
        if !usesTLS { lines.append("--insecure") }
        for parameter in parameters where parameter.name != "RegionId" {
            // A value that begins with a dash would be taken for an option.
            let separator = parameter.value.hasPrefix("-") ? "=" : " "
            lines.append("--\(parameter.name)\(separator)\(SourceLiteral.shell(parameter.value))")
        }
        return lines.joined(separator: " \\\n  ")
    }

    private static func usualHost(_ region: String) -> String? { (try? Endpoint.resolve(region: region))?.authority }

    /// A script for bash that signs with openssl and sends with curl. The canonical query is known now and stands in it;
    /// only the time, the nonce and what follows from them are worked out when it runs.
    var curlProgram: String {
        let sorted = parameters.sorted { left, right in
            left.name != right.name
                ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
                : left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
        }
        let needs =
            "Needs bash, curl and openssl, and the key in ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET "
            + "(with ALIBABA_CLOUD_SECURITY_TOKEN where it is temporary). openssl shows it to whoever can list this "
            + "machine's processes."
        return "#!/usr/bin/env bash\n" + remarks(needs: needs, readsSecrets: true).commented("#") + """
            set -euo pipefail
            key_id=${ALIBABA_CLOUD_ACCESS_KEY_ID:?} secret=${ALIBABA_CLOUD_ACCESS_KEY_SECRET:?}
            token=${ALIBABA_CLOUD_SECURITY_TOKEN:-}

            # The parameters, sorted by name and percent-encoded.
            query=\(SourceLiteral.shell(PercentEncoding.query(sorted)))
            body_hash=\(SignatureACS3.emptyHash)\(secretsForBash)

            # The headers that are signed, sorted by name.
            headers=(
              "host:\(host)"
              "x-acs-action:\(action)"
              "x-acs-content-sha256:$body_hash"
              "x-acs-date:$(date -u +%Y-%m-%dT%H:%M:%SZ)"
              ${token:+"x-acs-security-token:$token"}
              "x-acs-signature-nonce:$(openssl rand -hex 16)"
              "x-acs-version:\(version)"
            )
            names=$(printf '%s\\n' "${headers[@]}" | cut -d: -f1 | paste -sd ';' -)

            request=$(printf 'POST\\n/\\n%s\\n' "$query"; printf '%s\\n' "${headers[@]}"; printf '\\n%s\\n%s' "$names" "$body_hash")
            request_hash=$(printf '%s' "$request" | openssl dgst -sha256 -r | cut -d' ' -f1)
            signature=$(printf 'ACS3-HMAC-SHA256\\n%s' "$request_hash" | openssl dgst -sha256 -hmac "$secret" -r | cut -d' ' -f1)

            options=()
            for header in "${headers[@]}"; do options+=(--header "$header"); done
            curl --silent --show-error --fail-with-body --request POST "\(usesTLS ? "https" : "http")://\(host)/?$query" \\
              --header "Authorization: ACS3-HMAC-SHA256 Credential=$key_id,SignedHeaders=$names,Signature=$signature" \\
              --header 'Accept: application/json' "${options[@]}"
            """
    }

    /// What puts the secrets of the environment into the canonical query: percent-encoded, and as JSON has them where
    /// they are part of some.
    private var secretsForBash: String {
        if placeholders.isEmpty { return "" }
        var text = """


            # The secrets, from the environment.
            encode() {
              local LC_ALL=C text=$1 encoded= place byte
              for ((place = 0; place < ${#text}; place++)); do
                byte=${text:place:1}
                case $byte in
                  [A-Za-z0-9._~-]) ;;
                  *) printf -v byte '%%%02X' $(($(printf '%d' "'$byte") & 255)) ;;
                esac
                encoded+=$byte
              done
              printf '%s' "$encoded"
            }
            json() { local text=${1//\\\\/\\\\\\\\}; printf '%s' "${text//\\"/\\\\\\"}"; }
            """
        for name in placeholders {
            let isJSON = parameters.contains { parameter in
                parameter.value.hasPrefix("{") || parameter.value.hasPrefix("[")
                    ? parameter.value.split(separator: "\"").contains(Substring(name)) : false
            }
            let value = "${\(name):?}"
            let source = isJSON ? "\"$(json \"\(value)\")\"" : "\"\(value)\""
            text += "\nquery=${query//\(name)/\"$(encode \(source))\"}"
        }
        return text
    }

    /// A program for the official SDK, with its typed request and answer.
    var pythonProgram: String {
        let module = "alibabacloud_vpc20160428"
        let needs =
            "Needs: pip install \(module); the key in ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET."
        var lines = [
            "#!/usr/bin/env python3", remarks(needs: needs).commented("#") + "import json", "import os", "",
            "from alibabacloud_tea_openapi import models as openapi", "from \(module) import models",
            "from \(module).client import Client", "", "client = Client(openapi.Config(",
            #"    access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],"#,
            #"    access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],"#,
            #"    security_token=os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN"),"#,
            "    region_id=\(Self.python(region)), endpoint=\(Self.python(host)), protocol=\"\(protocolName)\"))",
        ]
        let method = SnakeCase.text(action)
        if Self.withoutRequest.contains(action) {
            lines.append("answer = client.\(method)()")
        } else {
            lines.append("request = models.\(action)Request().from_map({")
            lines += arguments.map { "    \(Self.python($0.name)): \(Self.python($0.value, depth: 1))," }
            lines += ["})", "answer = client.\(method)(request)"]
        }
        lines.append("print(json.dumps(answer.body.to_map(), indent=2, ensure_ascii=False))")
        return lines.joined(separator: "\n")
    }

    /// Operations that the SDK for Python gives no request.
    private static let withoutRequest: Set<String> = ["ListGeographicSubRegions"]

    private static func python(_ text: String) -> String {
        SourceLiteral.quoted(text) { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    }

    private static func python(_ value: Value, depth: Int) -> String {
        let indent = String(repeating: "    ", count: depth)
        switch value {
        case .null: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .int, .float, .bigNumber: return JSON.text(value)
        case .list(let elements):
            if elements.isEmpty { return "[]" }
            return "[" + elements.map { python($0, depth: depth) }.joined(separator: ", ") + "]"
        case .record(let record):
            if record.keys.isEmpty { return "{}" }
            let fields = record.fields.map { "\(indent)    \(python($0.0)): \(python($0.1, depth: depth + 1)),\n" }
            return "{\n" + fields.joined() + indent + "}"
        default: return python(value.displayText)
        }
    }
}
