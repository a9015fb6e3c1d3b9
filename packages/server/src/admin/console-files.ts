// The files of the console: one page for every address below `/console`, and what it loads. They
// are read once, and hold no data of the store but its region and its address.
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file, ready to be sent. */
export interface ConsoleFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body compressed by gzip. */
  readonly gzipped: Buffer;
}

/** What the page says of the store. */
export interface ConsoleFacts {
  readonly region: string;
  /** URL under which clients reach the store. */
  readonly storeUrl: string;
}

/** Finds the file of a path; undefined for a path that is not the console's. */
export type ConsoleFiles = (path: string) => ConsoleFile | undefined;

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

// Scripts and styles come from this origin only, nothing is inline, and no other page may frame it.
// Pictures, films and documents of previews come from the store's own origin.
function policyFor({ storeUrl }: ConsoleFacts): string {
  const store = new URL(storeUrl).origin;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    `img-src 'self' ${store}`,
    `media-src ${store}`,
    `frame-src 'self' ${store}`, // its own: downloads of archives
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const common: Readonly<Record<string, string>> = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Names that hold a hash of their content, so that a browser need not ask again. */
const hashed = /-[A-Z0-9]{8}\.js$/;

const compress = promisify(gzip);

/** Reads the files from the folder of the build. */
export async function readConsole(folder: string, facts: ConsoleFacts): Promise<ConsoleFiles> {
  const files = new Map<string, ConsoleFile>();
  const policy = policyFor(facts);
  for (const name of await readdir(folder)) {
    const type = types[extname(name)];
    if (type === undefined) continue; // no part of the page
    const bytes = await readFile(join(folder, name));
    const body = name === "index.html" ? withFacts(bytes.toString(), facts) : bytes;
    const headers = {
      ...common,
      "content-security-policy": policy,
      "content-type": type,
      "cache-control": hashed.test(name) ? "max-age=31536000, immutable" : "no-cache",
      vary: "accept-encoding",
    };
    files.set(name, { headers, body, gzipped: await compress(body) });
  }
  return (path) => {
    const asset = /^\/console\/([\w-]+\.\w+)$/.exec(path)?.[1];
    if (asset !== undefined && files.has(asset)) return files.get(asset);
    return /^\/console(?:\/|$)/.test(path) ? files.get("index.html") : undefined;
  };
}

function withFacts(page: string, { region, storeUrl }: ConsoleFacts): Buffer {
  const text = page
    .replaceAll("{{region}}", () => attribute(region))
    .replaceAll("{{store}}", () => attribute(storeUrl));
  return Buffer.from(text);
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
