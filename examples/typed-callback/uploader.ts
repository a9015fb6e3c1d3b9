// The uploader's side: the answer is checked, and has the definition's type. The access key comes
// from the environment, and the application must be running.
//
//     npx tsx examples/typed-callback/uploader.ts
import { createClient, environmentCredentials } from "@ossicle/client";
import { saved } from "./saved.ts";

const env = process.env;
const client = createClient({
  endpoint: env["OSS_ENDPOINT"] ?? "http://127.0.0.1:9650",
  region: "cn-hangzhou",
  credentials: environmentCredentials(),
});
await client.putBucket({ bucket: "examplebucket" });
const url = env["OSS_CALLBACK_URL"] ?? "http://127.0.0.1:8080/callback";
const result = await client.putObject({
  bucket: "examplebucket",
  key: "a.txt",
  body: "hello",
  callback: saved.request({ url }, { user: "42" }),
});
process.stdout.write(`${(await saved.answerOf(result)).url}\n`);
