// `ossicle upload`: uploads a file with a callback to any store that speaks OSS, and prints the
// application's answer.
import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import {
  CallbackFailedError,
  type CallbackRequest,
  type Client,
  createClient,
  environmentCredentials,
  OssError,
} from "@ossicle/client";
import { ConfigurationError } from "@ossicle/server";
import type { Command } from "commander";
import mime from "mime";
import { encodeCallback, readVariables } from "./callback.ts";
import { requireHeaderValue } from "./header-option.ts";
import { print } from "./output.ts";
import { printable } from "./printable.ts";
import { repeated } from "./repeated.ts";
import { withStoreOptions } from "./store-options.ts";

interface UploadOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly type?: string;
  readonly callbackUrl?: readonly string[];
  readonly callbackBody: string;
  readonly callbackBodyType?: CallbackRequest["bodyType"];
  readonly var?: readonly string[];
  readonly createBucket?: boolean;
  readonly json?: boolean;
}

/** Size from which files are uploaded in parts, in bytes. */
const partsFromBytes = 67_108_864;

/** Width of the progress bar, in characters. */
const barWidth = 40;

/** Exit code for a file that is stored, though the application did not confirm it. */
const storedOnly = 2;

/** Adds the command. */
export function addUploadCommand(
  program: Command,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const command = program
    .command("upload <file> <target>")
    .description("upload a file to bucket/key (or bucket/), with a callback, and print its answer");
  withStoreOptions(command, env)
    .option("--type <type>", "Content-Type; by default guessed from the key or the file's name")
    .option("--callback-url <url>", "URL to call; repeat the option for up to five", repeated)
    .option(
      "--callback-body <template>",
      "what to send",
      "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}",
    )
    .option("--callback-body-type <type>", "application/x-www-form-urlencoded or application/json")
    .option(
      "--var <pair>",
      "a custom variable, for example x:a=1; repeat the option for more",
      repeated,
    )
    .option("--create-bucket", "make the bucket first, unless you already have it")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe access key comes from OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET.",
    )
    .action((file: string, target: string, options: UploadOptions) =>
      upload(file, target, options),
    );
}

// `mime` treats a name without a dot as an extension: a file `f` would be Fortran.
function typeOf(name: string): string | undefined {
  return extname(name) === "" ? undefined : (mime.getType(name) ?? undefined);
}

async function upload(file: string, target: string, options: UploadOptions): Promise<void> {
  const { endpoint, region, json = false } = options;
  const [, bucket = "", rest = ""] = /^([^/]+)\/(.*)$/s.exec(target) ?? [];
  if (bucket === "") throw new ConfigurationError([`${target}: expected bucket/key`]);
  const key = rest === "" || rest.endsWith("/") ? rest + basename(file) : rest;
  // The key comes first, because browsers request the object by its key.
  const type = options.type ?? typeOf(key) ?? typeOf(file);
  const credentials = environmentCredentials();
  await credentials().catch((cause: unknown) => {
    throw new ConfigurationError([String(cause instanceof Error ? cause.message : cause)], {
      cause,
    });
  });
  requireHeaderValue("--type", type);
  // The length of the file must be known. openAsBlob treats a pipe as an empty file, and its errors
  // do not name the file.
  if (!(await stat(file)).isFile()) {
    throw new ConfigurationError([`${file}: expected a file; anything else has no length`]);
  }
  const client = createClient({ endpoint, region, credentials });
  const body = await openAsBlob(file, type === undefined ? {} : { type });
  const callback = callbackOf(options);
  let isSent = false;
  try {
    if (options.createBucket === true) await client.putBucket({ bucket });
    isSent = true;
    const result = await send(client, {
      bucket,
      key,
      body,
      ...(type === undefined ? {} : { contentType: type }),
      ...(callback === undefined ? {} : { callback }),
    });
    const { etag, requestId } = result;
    const answer = result.callback?.text();
    const facts = { bucket, key, etag, requestId, answer };
    const line = answer ?? `stored ${bucket}/${key} (${etag})`;
    print(printable(json ? JSON.stringify(facts) : line));
  } catch (cause) {
    explain(cause, { bucket, key, endpoint, json, isSent });
  } finally {
    if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  }
}

type Sent = Parameters<Client["multipartUpload"]>[0];
type Result =
  | Awaited<ReturnType<Client["putObject"]>>
  | Awaited<ReturnType<Client["multipartUpload"]>>;

function send(client: Client, request: Sent & { readonly body: Blob }): Promise<Result> {
  const options = { onProgress: progress };
  return request.body.size < partsFromBytes
    ? client.putObject(request, options)
    : client.multipartUpload(request, options);
}

function callbackOf(options: UploadOptions): CallbackRequest | undefined {
  const { callbackUrl: url, callbackBody: body, callbackBodyType: bodyType } = options;
  if (url === undefined) return undefined;
  const variables = readVariables(options.var ?? []);
  const callback = { url, body, variables, ...(bodyType === undefined ? {} : { bodyType }) };
  encodeCallback(callback); // throws for an invalid callback before anything is sent
  return callback;
}

function progress(sentBytes: number, totalBytes = 0): void {
  if (!process.stderr.isTTY) return;
  const part = totalBytes === 0 ? 1 : sentBytes / totalBytes;
  const bar = "█".repeat(Math.round(part * barWidth)).padEnd(barWidth, "░");
  process.stderr.write(`\r${bar} ${Math.floor(part * 100)} %`);
}

interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly endpoint: string;
  /** Whether some of the file may have been sent. */
  readonly isSent: boolean;
}

/** Why an upload failed or was not confirmed. */
interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  /** Present only when the file is certainly stored. */
  readonly stored?: true;
}

function explain(cause: unknown, { json, ...place }: Place & { readonly json: boolean }): void {
  const failure = failureOf(cause, place);
  process.exitCode = failure.stored === true ? storedOnly : 1;
  const { bucket, key } = place;
  if (json) print(printable(JSON.stringify({ bucket, key, ...failure })));
  else process.stderr.write(`${printable(lineOf(failure, place))}\n`);
}

function failureOf(cause: unknown, { endpoint, isSent }: Place): Failure {
  // An error of `fetch` does not say whether the whole file had arrived.
  if (cause instanceof TypeError && cause.cause instanceof Error) {
    const unknown = isSent ? ". Whether the file is stored is unknown" : "";
    return {
      message: `${endpoint} cannot be reached, or broke off: ${cause.cause.message}${unknown}`,
    };
  }
  if (cause instanceof DOMException && cause.name === "TimeoutError") {
    return { message: `${endpoint} did not answer in time. Whether the file is stored is unknown` };
  }
  if (!(cause instanceof OssError)) throw cause;
  const { code, message, requestId } = cause;
  const stored = cause instanceof CallbackFailedError ? ({ stored: true } as const) : {};
  return { code, message, requestId, ...stored };
}

function lineOf({ code, message, requestId, stored }: Failure, { bucket, key }: Place): string {
  if (code === undefined) return message;
  const about = (what: string): string =>
    requestId === undefined ? "" : ` (${what} ${requestId})`;
  return stored === true
    ? `${bucket}/${key} is stored, but the application did not confirm it: ` +
        `${message}${about("ossicle deliveries show")}`
    : `${code}: ${message}${about("request")}`;
}
