// Code that uploads an object with a callback, for each SDK. A test runs it, but for that of PHP,
// which it parses, and that of .NET and C++, which it does not try.
import type { PostForm } from "@ossicle/client";
import { type Composition, membersOf, type RawParameters, variablesOf } from "./composition.ts";

/** What only a key can make. */
export interface Signed {
  /** A presigned PUT with the callback. */
  readonly url: string;
  readonly form: PostForm;
}

/** What the code is written for. */
export interface SnippetFacts {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly raw: RawParameters;
  readonly composition: Composition;
  readonly members: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, string>> | undefined;
  /** Undefined while it is being made, and for an invalid bucket or key. */
  readonly signed: Signed | undefined;
}

/** Adds what a composition says to the other facts. */
export function snippetFacts(facts: Omit<SnippetFacts, "members" | "variables">): SnippetFacts {
  const { composition } = facts;
  return { ...facts, members: membersOf(composition), variables: variablesOf(composition) };
}

/** The code for one SDK. */
export interface Snippet {
  readonly id: string;
  readonly name: string;
  /** Whether the code holds a signature, which expires. */
  readonly isSigned?: true;
  readonly write: (facts: SnippetFacts) => string;
}

/** Text as a string literal of C-like languages, Go and Python. */
const quote = (text: string): string => JSON.stringify(text);

/** Text as a string literal of a shell. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Text as a string literal of PHP, in which nothing is replaced. */
const php = (text: string): string => `'${text.replaceAll(/['\\]/g, (one) => `\\${one}`)}'`;

const html = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** Lines that are there only when a condition holds. */
const when = (condition: boolean, ...lines: readonly string[]): readonly string[] =>
  condition ? lines : [];

const lines = (...all: readonly (string | readonly string[])[]): string =>
  `${all.flat().join("\n")}\n`;

/** Whether the callback has members, such as additionalHeaders, that some SDKs cannot give. */
function hasOthers({ composition }: SnippetFacts): boolean {
  return Object.keys(composition.others).length > 0;
}

/** Says in the code what it leaves out. */
function leftOut(facts: SnippetFacts, indent: string): readonly string[] {
  const names = Object.keys(facts.composition.others).join(", ");
  return when(hasOthers(facts), `${indent}// This SDK cannot give ${names}.`);
}

function typescript(facts: SnippetFacts): string {
  const { endpoint, region, bucket, key, raw, composition, variables } = facts;
  const { url, host, body, isJson, sni } = composition;
  return lines(
    'import { createClient, environmentCredentials } from "@ossicle/client";',
    "",
    "const client = createClient({",
    `  endpoint: ${quote(endpoint)},`,
    `  region: ${quote(region)},`,
    "  credentials: environmentCredentials(), // OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET",
    "});",
    "const { callback } = await client.putObject({",
    `  bucket: ${quote(bucket)},`,
    `  key: ${quote(key)},`,
    '  body: "hello",',
    "  callback: {",
    hasOthers(facts)
      ? [
          `    callback: ${quote(raw.callback)},`,
          ...when(raw.callbackVar !== "", `    callbackVar: ${quote(raw.callbackVar)},`),
        ]
      : [
          `    url: ${quote(url)},`,
          ...when(host !== "", `    host: ${quote(host)},`),
          `    body: ${quote(body)},`,
          ...when(isJson, '    bodyType: "application/json",'),
          ...when(sni, "    sni: true,"),
          ...when(variables !== undefined, `    variables: ${JSON.stringify(variables)},`),
        ],
    "  },",
    "});",
    "console.log(callback?.json());",
  );
}

function aliOss(facts: SnippetFacts): string {
  const { endpoint, region, bucket, key, composition, variables = {} } = facts;
  const { url, host, body, isJson, sni } = composition;
  // ali-oss adds the prefix itself.
  const custom = Object.entries(variables).map(([name, value]) => [name.slice(2), value]);
  return lines(
    'import OSS from "ali-oss";',
    "",
    "const client = new OSS({",
    `  endpoint: ${quote(endpoint)},`,
    `  region: ${quote(`oss-${region}`)},`,
    `  bucket: ${quote(bucket)},`,
    "  authorizationV4: true,",
    "  accessKeyId: process.env.OSS_ACCESS_KEY_ID,",
    "  accessKeySecret: process.env.OSS_ACCESS_KEY_SECRET,",
    "});",
    `const { data } = await client.put(${quote(key)}, Buffer.from("hello"), {`,
    "  callback: {",
    `    url: ${quote(url)},`,
    when(host !== "", `    host: ${quote(host)},`),
    `    body: ${quote(body)},`,
    when(isJson, '    contentType: "application/json",'),
    when(sni, "    callbackSNI: true,"),
    when(custom.length > 0, `    customValue: ${JSON.stringify(Object.fromEntries(custom))},`),
    leftOut(facts, "    "),
    "  },",
    "});",
    "console.log(data);",
  );
}

function pythonV2({ endpoint, region, bucket, key, raw }: SnippetFacts): string {
  return lines(
    "import alibabacloud_oss_v2 as oss",
    "",
    "config = oss.config.load_default()",
    "config.credentials_provider = oss.credentials.EnvironmentVariableCredentialsProvider()",
    `config.region = ${quote(region)}`,
    `config.endpoint = ${quote(endpoint)}`,
    "client = oss.Client(config)",
    "result = client.put_object(",
    "    oss.PutObjectRequest(",
    `        bucket=${quote(bucket)},`,
    `        key=${quote(key)},`,
    '        body=b"hello",',
    `        callback=${quote(raw.callback)},`,
    when(raw.callbackVar !== "", `        callback_var=${quote(raw.callbackVar)},`),
    "    )",
    ")",
    "print(result.callback_result)",
  );
}

function oss2({ endpoint, bucket, key, raw, region }: SnippetFacts): string {
  return lines(
    "import oss2",
    "from oss2.credentials import EnvironmentVariableCredentialsProvider",
    "",
    "auth = oss2.ProviderAuthV4(EnvironmentVariableCredentialsProvider())",
    `bucket = oss2.Bucket(auth, ${quote(endpoint)}, ${quote(bucket)}, region=${quote(region)})`,
    "headers = {",
    `    "x-oss-callback": ${quote(raw.callback)},`,
    when(raw.callbackVar !== "", `    "x-oss-callback-var": ${quote(raw.callbackVar)},`),
    "}",
    `result = bucket.put_object(${quote(key)}, b"hello", headers=headers)`,
    "print(result.resp.read().decode())",
  );
}

function go({ endpoint, region, bucket, key, raw }: SnippetFacts): string {
  return lines(
    "package main",
    "",
    "import (",
    '\t"context"',
    '\t"encoding/json"',
    '\t"fmt"',
    '\t"log"',
    '\t"strings"',
    "",
    '\t"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"',
    '\t"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"',
    ")",
    "",
    "func main() {",
    "\tclient := oss.NewClient(oss.LoadDefaultConfig().",
    "\t\tWithCredentialsProvider(credentials.NewEnvironmentVariableCredentialsProvider()).",
    `\t\tWithRegion(${quote(region)}).`,
    `\t\tWithEndpoint(${quote(endpoint)}))`,
    "\tresult, err := client.PutObject(context.Background(), &oss.PutObjectRequest{",
    `\t\tBucket:      oss.Ptr(${quote(bucket)}),`,
    `\t\tKey:         oss.Ptr(${quote(key)}),`,
    '\t\tBody:        strings.NewReader("hello"),',
    `\t\tCallback:    oss.Ptr(${quote(raw.callback)}),`,
    when(raw.callbackVar !== "", `\t\tCallbackVar: oss.Ptr(${quote(raw.callbackVar)}),`),
    "\t})",
    "\tif err != nil {",
    "\t\tlog.Fatal(err)",
    "\t}",
    "\tanswer, _ := json.Marshal(result.CallbackResult)",
    "\tfmt.Println(string(answer))",
    "}",
  );
}

// The SDK puts these texts into JSON without escaping them, so they are escaped already.
const escaped = (text: string): string => quote(quote(text).slice(1, -1));

function java(facts: SnippetFacts): string {
  const { endpoint, region, bucket, key, composition } = facts;
  const { url, host, body, isJson, sni, variables } = composition;
  return lines(
    "import com.aliyun.oss.*;",
    "import com.aliyun.oss.common.auth.CredentialsProviderFactory;",
    "import com.aliyun.oss.common.comm.SignVersion;",
    "import com.aliyun.oss.model.*;",
    "import java.io.ByteArrayInputStream;",
    "import java.nio.charset.StandardCharsets;",
    "",
    "public class Upload {",
    "  public static void main(String[] args) throws Exception {",
    "    ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();",
    "    configuration.setSignatureVersion(SignVersion.V4);",
    "    OSS client = OSSClientBuilder.create()",
    `        .endpoint(${quote(endpoint)})`,
    `        .region(${quote(region)})`,
    "        .credentialsProvider(",
    "            CredentialsProviderFactory.newEnvironmentVariableCredentialsProvider())",
    "        .clientConfiguration(configuration)",
    "        .build();",
    "    Callback callback = new Callback();",
    `    callback.setCallbackUrl(${escaped(url)});`,
    when(host !== "", `    callback.setCallbackHost(${escaped(host)});`),
    "    // This SDK does not escape the body in the JSON that it makes, so it is escaped here.",
    `    callback.setCallbackBody(${escaped(body)});`,
    when(isJson, "    callback.setCalbackBodyType(Callback.CalbackBodyType.JSON);"),
    when(sni, "    // This SDK cannot ask for SNI."),
    leftOut(facts, "    "),
    variables.map(
      ({ key: name, value }) => `    callback.addCallbackVar(${quote(name)}, ${escaped(value)});`,
    ),
    '    byte[] body = "hello".getBytes(StandardCharsets.UTF_8);',
    `    PutObjectRequest request = new PutObjectRequest(${quote(bucket)}, ${quote(key)},`,
    "        new ByteArrayInputStream(body));",
    "    request.setCallback(callback);",
    "    PutObjectResult result = client.putObject(request);",
    "    System.out.println(new String(",
    "        result.getCallbackResponseBody().readAllBytes(), StandardCharsets.UTF_8));",
    "    client.shutdown();",
    "  }",
    "}",
  );
}

// The SDK's own builder does not escape quotes, so that a JSON body would break the parameter.
function dotnet({ endpoint, region, bucket, key, raw }: SnippetFacts): string {
  return lines(
    "using System;",
    "using System.IO;",
    "using System.Text;",
    "using Aliyun.OSS;",
    "using Aliyun.OSS.Common;",
    "using Aliyun.OSS.Util;",
    "",
    "var configuration = new ClientConfiguration { SignatureVersion = SignatureVersion.V4 };",
    "var client = new OssClient(",
    `    ${quote(endpoint)},`,
    '    Environment.GetEnvironmentVariable("OSS_ACCESS_KEY_ID"),',
    '    Environment.GetEnvironmentVariable("OSS_ACCESS_KEY_SECRET"),',
    "    configuration);",
    `client.SetRegion(${quote(region)});`,
    "var metadata = new ObjectMetadata();",
    `metadata.AddHeader(HttpHeaders.Callback, ${quote(raw.callback)});`,
    when(
      raw.callbackVar !== "",
      `metadata.AddHeader(HttpHeaders.CallbackVar, ${quote(raw.callbackVar)});`,
    ),
    'using var body = new MemoryStream(Encoding.UTF8.GetBytes("hello"));',
    `var result = client.PutObject(${quote(bucket)}, ${quote(key)}, body, metadata);`,
    "using var reader = new StreamReader(result.ResponseStream);",
    "Console.WriteLine(reader.ReadToEnd());",
  );
}

// The SDK encodes the JSON in Base64 itself.
function phpSdk({ endpoint, region, bucket, key, members, variables }: SnippetFacts): string {
  return lines(
    "<?php",
    "require 'vendor/autoload.php';",
    "",
    "use OSS\\Credentials\\EnvironmentVariableCredentialsProvider;",
    "use OSS\\OssClient;",
    "",
    "$client = new OssClient([",
    "    'provider' => new EnvironmentVariableCredentialsProvider(),",
    `    'endpoint' => ${php(endpoint)},`,
    `    'region' => ${php(region)},`,
    "    'signatureVersion' => OssClient::OSS_SIGNATURE_VERSION_V4,",
    "]);",
    "$options = [",
    `    OssClient::OSS_CALLBACK => ${php(JSON.stringify(members))},`,
    when(
      variables !== undefined,
      `    OssClient::OSS_CALLBACK_VAR => ${php(JSON.stringify(variables ?? {}))},`,
    ),
    "];",
    `$result = $client->putObject(${php(bucket)}, ${php(key)}, 'hello', $options);`,
    "echo $result['body'], PHP_EOL;",
  );
}

// The SDK's own builder does not escape quotes, so that a JSON body would break the parameter.
function cpp({ endpoint, region, bucket, key, raw }: SnippetFacts): string {
  return lines(
    "#include <alibabacloud/oss/OssClient.h>",
    "#include <cstdlib>",
    "#include <iostream>",
    "#include <memory>",
    "#include <sstream>",
    "",
    "using namespace AlibabaCloud::OSS;",
    "",
    "int main() {",
    "  InitializeSdk();",
    "  {",
    "    ClientConfiguration configuration;",
    "    configuration.signatureVersion = SignatureVersionType::V4;",
    `    OssClient client(${quote(endpoint)}, std::getenv("OSS_ACCESS_KEY_ID"),`,
    '                     std::getenv("OSS_ACCESS_KEY_SECRET"), configuration);',
    `    client.SetRegion(${quote(region)});`,
    '    auto body = std::make_shared<std::stringstream>("hello");',
    `    PutObjectRequest request(${quote(bucket)}, ${quote(key)}, body);`,
    `    request.MetaData().addHeader("x-oss-callback", ${quote(raw.callback)});`,
    when(
      raw.callbackVar !== "",
      `    request.MetaData().addHeader("x-oss-callback-var", ${quote(raw.callbackVar)});`,
    ),
    "    auto outcome = client.PutObject(request);",
    "    if (outcome.isSuccess()) {",
    "      std::cout << outcome.result().Content()->rdbuf() << std::endl;",
    "    } else {",
    "      std::cerr << outcome.error().Code() << std::endl;",
    "    }",
    "  }",
    "  ShutdownSdk();",
    "}",
  );
}

const notSigned = "The bucket, the key or the callback is not valid.\n";

function form({ signed }: SnippetFacts): string {
  if (signed === undefined) return notSigned;
  const { url, fields } = signed.form;
  return lines(
    "<!doctype html>",
    '<meta charset="utf-8" />',
    `<form action="${html(url)}" method="post" enctype="multipart/form-data">`,
    Object.entries(fields).map(
      ([name, value]) => `  <input type="hidden" name="${html(name)}" value="${html(value)}" />`,
    ),
    '  <input type="file" name="file" required />',
    "  <button>Upload</button>",
    "</form>",
  );
}

function curl({ signed }: SnippetFacts): string {
  if (signed === undefined) return notSigned;
  return lines(`printf hello | curl --upload-file - ${shell(signed.url)}`);
}

/** Every snippet, in the order of display. */
export const snippets: readonly Snippet[] = [
  { id: "client", name: "TypeScript: @ossicle/client", write: typescript },
  { id: "ali-oss", name: "JavaScript: ali-oss", write: aliOss },
  { id: "python-v2", name: "Python: alibabacloud-oss-v2", write: pythonV2 },
  { id: "oss2", name: "Python: oss2", write: oss2 },
  { id: "go", name: "Go: alibabacloud-oss-go-sdk-v2", write: go },
  { id: "java", name: "Java: aliyun-sdk-oss", write: java },
  { id: "dotnet", name: ".NET: Aliyun.OSS.SDK", write: dotnet },
  { id: "php", name: "PHP: aliyun-oss-php-sdk", write: phpSdk },
  { id: "cpp", name: "C++: aliyun-oss-cpp-sdk", write: cpp },
  { id: "form", name: "HTML form", isSigned: true, write: form },
  { id: "curl", name: "curl", isSigned: true, write: curl },
];
