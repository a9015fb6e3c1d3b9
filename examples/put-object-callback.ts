// PutObject with a callback: Alibaba's documented sample as a TypeScript program. It runs unchanged
// against OSS and Ossicle. Keys come from OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET; the other
// variables have the sample's values as defaults. To run it against a local store:
//
//     export OSS_ENDPOINT=http://127.0.0.1:9650 OSS_FILE=README.md
//     export OSS_CALLBACK_URL=http://127.0.0.1:8080/callback
//     npx tsx examples/put-object-callback.ts
import { openAsBlob } from "node:fs";
import { createClient, environmentCredentials, OssError } from "@ossicle/client";

const {
  OSS_REGION: region = "cn-hangzhou",
  OSS_ENDPOINT: endpoint = "https://oss-cn-hangzhou.aliyuncs.com",
  OSS_BUCKET: bucket = "examplebucket",
  OSS_OBJECT: key = "exampledir/exampleobject.txt",
  OSS_FILE: file = "examplefile.txt",
  OSS_CALLBACK_URL: callbackUrl = "https://example.com:23450",
} = process.env;

const callbackBody =
  "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}" +
  "&my_var1=${x:var1}&my_var2=${x:var2}";

try {
  const client = createClient({
    endpoint,
    region,
    signatureVersion: "V4",
    credentials: environmentCredentials(),
  });
  const result = await client.putObject({
    bucket,
    key,
    body: await openAsBlob(file),
    callback: {
      url: callbackUrl,
      body: callbackBody,
      variables: { "x:var1": "x:value1", "x:var2": "x:value2" },
    },
  });
  print(`Put object:${key} succeeded, callback response content:${result.callback?.text()}`);
} catch (cause) {
  if (cause instanceof OssError) {
    print(`Failed with error code: ${cause.code}; Error info: ${cause.message}.`);
    print(`RequestID: ${cause.requestId}\tHostID: ${cause.hostId}`);
  } else {
    print(`Failed with error info: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  process.exitCode = 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
