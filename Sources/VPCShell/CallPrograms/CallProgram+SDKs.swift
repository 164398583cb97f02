import DataValue

// Programs for the core SDKs, which send any operation that they are told the name of. The versions are those that the
// vendor's documentation named in 2026.

extension CallProgram {
    private static let keys =
        "the key in ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, with ALIBABA_CLOUD_SECURITY_TOKEN where "
        + "it is temporary"

    /// What every core SDK is to be told about the operation, in order.
    private var facts: [(name: String, value: String)] {
        [
            ("action", action), ("version", version), ("protocol", protocolName), ("pathname", "/"), ("method", "POST"),
            ("authType", "AK"), ("style", "RPC"), ("reqBodyType", "formData"), ("bodyType", "json"),
        ]
    }

    private func factLines(_ line: (String, String) -> String) -> String {
        facts.map { line($0.name, SourceLiteral.quoted($0.value)) }.joined(separator: "\n")
    }

    /// Fields of Go's, their values below each other as gofmt puts them.
    private static func aligned(_ fields: [(String, String)]) -> String {
        let width = fields.map(\.0.count).max() ?? 0
        return fields.map { name, value in
            "\t\t\(name):\(String(repeating: " ", count: width - name.count + 1))dara.String(\(value)),"
        }.joined(separator: "\n")
    }

    private static func capitalized(_ name: String) -> String { name.prefix(1).uppercased() + name.dropFirst() }

    var goProgram: String {
        let needs =
            "Needs: go get github.com/alibabacloud-go/darabonba-openapi/v2@v2.1.15 github.com/alibabacloud-go/tea; \(Self.keys)."
        let quoted = { (text: String) in SourceLiteral.quoted(text) }
        return remarks(needs: needs).commented("//") + """
            package main

            import (
            \t"encoding/json"
            \t"fmt"
            \t"os"

            \topenapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
            \topenapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
            \t"github.com/alibabacloud-go/tea/dara"
            )

            func main() {
            \tif err := run(); err != nil {
            \t\tfmt.Fprintln(os.Stderr, err)
            \t\tos.Exit(1)
            \t}
            }

            func run() error {
            \tconfig := &openapiutil.Config{
            \t\tAccessKeyId:     dara.String(os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID")),
            \t\tAccessKeySecret: dara.String(os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")),
            \t\tRegionId:        dara.String(\(quoted(region))),
            \t\tEndpoint:        dara.String(\(quoted(host))),
            \t\tProtocol:        dara.String(\(quoted(protocolName))),
            \t}
            \tif token := os.Getenv("ALIBABA_CLOUD_SECURITY_TOKEN"); token != "" {
            \t\tconfig.SecurityToken = dara.String(token)
            \t}
            \tclient, err := openapi.NewClient(config)
            \tif err != nil {
            \t\treturn err
            \t}
            \tparams := &openapiutil.Params{
            \(Self.aligned(facts.map { (Self.capitalized($0.name), quoted($0.value)) }))
            \t}
            \trequest := &openapiutil.OpenApiRequest{Query: map[string]*string{
            \(Self.aligned(parameters.map { (quoted($0.name), quoted($0.value)) }))
            \t}}
            \tanswer, err := client.CallApi(params, request, &dara.RuntimeOptions{})
            \tif err != nil {
            \t\treturn err
            \t}
            \ttext, err := json.MarshalIndent(answer["body"], "", "  ")
            \tif err != nil {
            \t\treturn err
            \t}
            \tfmt.Println(string(text))
            \treturn nil
            }
            """
    }

    var javaProgram: String {
        let needs = "Save as \(action).java. Needs Maven's com.aliyun:tea-openapi:0.3.10; \(Self.keys)."
        let quoted = SourceLiteral.java
        return remarks(needs: needs).commented("//") + """
            import com.aliyun.teaopenapi.Client;
            import com.aliyun.teaopenapi.models.Config;
            import com.aliyun.teaopenapi.models.OpenApiRequest;
            import com.aliyun.teaopenapi.models.Params;
            import com.aliyun.teautil.Common;
            import com.aliyun.teautil.models.RuntimeOptions;
            import java.util.LinkedHashMap;
            import java.util.Map;

            public class \(action) {
                public static void main(String[] arguments) throws Exception {
                    Client client = new Client(new Config()
                        .setAccessKeyId(System.getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"))
                        .setAccessKeySecret(System.getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"))
                        .setSecurityToken(System.getenv("ALIBABA_CLOUD_SECURITY_TOKEN"))
                        .setRegionId(\(quoted(region)))
                        .setEndpoint(\(quoted(host)))
                        .setProtocol(\(quoted(protocolName))));
                    Params params = new Params()
            \(factLines { "            .set\(Self.capitalized($0))(\($1))" });
                    Map<String, String> query = new LinkedHashMap<>();
            \(parameters.map { "        query.put(\(quoted($0.name)), \(quoted($0.value)));" }.joined(separator: "\n"))
                    Map<String, ?> answer =
                        client.callApi(params, new OpenApiRequest().setQuery(query), new RuntimeOptions());
                    System.out.println(Common.toJSONString(answer.get("body")));
                }
            }
            """
    }

    var typescriptProgram: String {
        let needs = "Needs: npm install @alicloud/openapi-client@0.4.15 @alicloud/tea-util@1.4.11; \(Self.keys)."
        let quoted = { (text: String) in SourceLiteral.quoted(text) }
        return remarks(needs: needs).commented("//") + """
            import OpenApi, * as $OpenApi from "@alicloud/openapi-client";
            import * as $Util from "@alicloud/tea-util";

            async function main(): Promise<void> {
              const client = new OpenApi(new $OpenApi.Config({
                accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
                accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
                securityToken: process.env.ALIBABA_CLOUD_SECURITY_TOKEN,
                regionId: \(quoted(region)),
                endpoint: \(quoted(host)),
                protocol: \(quoted(protocolName)),
              }));
              const params = new $OpenApi.Params({
            \(factLines { "    \($0): \($1)," })
              });
              const request = new $OpenApi.OpenApiRequest({
                query: {
            \(parameters.map { "      \(quoted($0.name)): \(quoted($0.value))," }.joined(separator: "\n"))
                },
              });
              const answer = await client.callApi(params, request, new $Util.RuntimeOptions({}));
              console.log(JSON.stringify(answer.body, null, 2));
            }

            main().catch((error) => {
              console.error(error.code ?? "", error.message);
              process.exit(1);
            });
            """
    }

    var phpProgram: String {
        let needs = "Needs: composer require alibabacloud/darabonba-openapi:^0.2.12; \(Self.keys)."
        let quoted = SourceLiteral.php
        return "<?php\n" + remarks(needs: needs).commented("//") + """
            require __DIR__ . '/vendor/autoload.php';

            use AlibabaCloud\\Tea\\Utils\\Utils\\RuntimeOptions;
            use Darabonba\\OpenApi\\Models\\Config;
            use Darabonba\\OpenApi\\Models\\OpenApiRequest;
            use Darabonba\\OpenApi\\Models\\Params;
            use Darabonba\\OpenApi\\OpenApiClient;

            $client = new OpenApiClient(new Config([
                'accessKeyId' => getenv('ALIBABA_CLOUD_ACCESS_KEY_ID'),
                'accessKeySecret' => getenv('ALIBABA_CLOUD_ACCESS_KEY_SECRET'),
                'securityToken' => getenv('ALIBABA_CLOUD_SECURITY_TOKEN') ?: null,
                'regionId' => \(quoted(region)),
                'endpoint' => \(quoted(host)),
                'protocol' => \(quoted(protocolName)),
            ]));
            $params = new Params([
            \(facts.map { "    '\($0.name)' => \(quoted($0.value))," }.joined(separator: "\n"))
            ]);
            $request = new OpenApiRequest([
                'query' => [
            \(parameters.map { "        \(quoted($0.name)) => \(quoted($0.value))," }.joined(separator: "\n"))
                ],
            ]);
            $answer = $client->callApi($params, $request, new RuntimeOptions([]));
            echo json_encode($answer['body'], JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE), PHP_EOL;
            """
    }

    var csharpProgram: String {
        let needs = "Needs: dotnet add package AlibabaCloud.OpenApiClient --version 0.1.13; \(Self.keys)."
        let quoted = { (text: String) in SourceLiteral.quoted(text) }
        return remarks(needs: needs).commented("//") + """
            using System;
            using System.Collections.Generic;
            using AlibabaCloud.OpenApiClient;
            using AlibabaCloud.OpenApiClient.Models;
            using AlibabaCloud.TeaUtil.Models;

            var client = new Client(new Config
            {
                AccessKeyId = Environment.GetEnvironmentVariable("ALIBABA_CLOUD_ACCESS_KEY_ID"),
                AccessKeySecret = Environment.GetEnvironmentVariable("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
                SecurityToken = Environment.GetEnvironmentVariable("ALIBABA_CLOUD_SECURITY_TOKEN"),
                RegionId = \(quoted(region)),
                Endpoint = \(quoted(host)),
                Protocol = \(quoted(protocolName)),
            });
            var parameters = new Params
            {
            \(factLines { "    \(Self.capitalized($0)) = \($1)," })
            };
            var request = new OpenApiRequest
            {
                Query = new Dictionary<string, string>
                {
            \(parameters.map { "        [\(quoted($0.name))] = \(quoted($0.value))," }.joined(separator: "\n"))
                },
            };
            var answer = client.CallApi(parameters, request, new RuntimeOptions());
            Console.WriteLine(AlibabaCloud.TeaUtil.Common.ToJSONString(answer["body"]));
            """
    }

    var swiftProgram: String {
        let needs =
            "Needs the packages AlibabacloudOpenApi (alibabacloud-sdk-swift/darabonba-openapi, from 1.0.0) and TeaUtils; "
            + "\(Self.keys)."
        let quoted = SourceLiteral.swift
        return remarks(needs: needs).commented("//") + """
            import AlibabacloudOpenApi
            import Foundation
            import TeaUtils

            let environment = ProcessInfo.processInfo.environment
            let config = AlibabacloudOpenApi.Config([:])
            config.accessKeyId = environment["ALIBABA_CLOUD_ACCESS_KEY_ID"]
            config.accessKeySecret = environment["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
            config.securityToken = environment["ALIBABA_CLOUD_SECURITY_TOKEN"]
            config.regionId = \(quoted(region))
            config.endpoint = \(quoted(host))
            config.protocol_ = \(quoted(protocolName))

            let params = AlibabacloudOpenApi.Params([
            \(factLines { "    \"\($0)\": \($1)," })
            ])
            let request = AlibabacloudOpenApi.OpenApiRequest([:])
            request.query = [
            \(parameters.map { "    \(quoted($0.name)): \(quoted($0.value))," }.joined(separator: "\n"))
            ]
            let client = try AlibabacloudOpenApi.Client(config)
            let answer = try await client.callApi(params, request, TeaUtils.RuntimeOptions([:]))
            let text = try JSONSerialization.data(withJSONObject: answer["body"] ?? [:], options: [.prettyPrinted])
            print(String(decoding: text, as: UTF8.self))
            """
    }
}
