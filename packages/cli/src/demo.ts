// `ossicle demo`: a store, an application server built with the kit, and an upload whose result is
// the application's answer.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@ossicle/client";
import { nodeCallback, type VerifiedCallback } from "@ossicle/kit";
import { readConfiguration, type RunningServer, startServer } from "@ossicle/server";
import { pino } from "pino";
import { stopSignal } from "./stop-signal.ts";

const bucket = "examplebucket";
const key = "exampledir/exampleobject.txt";
const callbackBody =
  "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}" +
  "&my_var1=${x:var1}&my_var2=${x:var2}";

/** Runs the demonstration. */
export async function demo({ keep }: { readonly keep: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ossicle-demo-"));
  const server = await startServer(
    readConfiguration({ flags: { data: join(folder, "data"), port: "0" }, env: {}, file: {} }),
    { log: pino({ level: "silent" }) },
  );
  say(`store               ${server.url}`);
  const { publicKey, fingerprint } = server.services.callbacks.signer;
  const keyUrl = `${server.url}/_ossicle/callback-keys/${fingerprint}.pem`;
  const application = await startApplication({ [keyUrl]: publicKey });
  try {
    await upload({ server, application, folder, keep });
  } finally {
    await application.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly server: RunningServer;
  readonly application: { readonly url: string };
  readonly folder: string;
  readonly keep: boolean;
}

async function upload({ server, application, folder, keep }: Stage): Promise<void> {
  say(`application server  ${application.url}`);
  const { credentials } = server.credentials;
  const client = createClient({ endpoint: server.url, region: "cn-hangzhou", credentials });
  await client.putBucket({ bucket });
  const file = join(folder, "examplefile.txt");
  await writeFile(file, "Hello from a local file.\n");
  say(`\nuploading ${file}\n       to ${bucket}/${key} …`);
  const result = await client.putObject({
    bucket,
    key,
    body: new Uint8Array(await readFile(file)),
    contentType: "text/plain",
    callback: {
      url: application.url,
      body: callbackBody,
      variables: { "x:var1": "x:value1", "x:var2": "x:value2" },
    },
  });
  say(`\nPut object:${key} succeeded, callback response content:${result.callback?.text()}`);
  if (keep) {
    say(`\nBoth keep running; Ctrl-C stops them.`);
    say(
      `export OSS_ACCESS_KEY_ID=${credentials.accessKeyId} ` +
        `OSS_ACCESS_KEY_SECRET=${credentials.accessKeySecret}`,
    );
    say(
      `endpoint ${server.url}   region cn-hangzhou   bucket ${bucket}   ` +
        `callback URL ${application.url}`,
    );
    await stopSignal();
  }
}

/** The application server: verifies every callback, shows it, and answers. */
async function startApplication(
  keys: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const receive = ({ id, variables }: VerifiedCallback): unknown => {
    say(`\nthe application received a callback (${id}); its signature is verified:`);
    for (const [name, value] of Object.entries(variables.all))
      say(`    ${name.padEnd(9)}${String(value)}`);
    return { Status: "OK", saved: variables.text("object"), size: variables.integer("size") };
  };
  const refused = (reason: string): void => say(`\nthe application refused a callback: ${reason}`);
  const handle = nodeCallback(receive, { keys, onRefused: refused });
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP listener's address is always an object
  return {
    url: `http://127.0.0.1:${port}/callback`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
