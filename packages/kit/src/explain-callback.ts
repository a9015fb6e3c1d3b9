// Explains a callback parameter to tests, tools and consoles: its members, the request that it
// would send, and its mistakes.
import {
  type CallbackParameters,
  binaryToUtf8,
  decodeBase64,
  entries,
  formatCallbackUrl,
  OssError,
  parseCallback,
  renderTemplate,
  sampleVariables,
  utf8ToBinary,
} from "@ossicle/protocol";

/** The explanation of a callback parameter. */
export interface Explanation {
  /** Pairs of name and text: first the members, then the request that would be sent. */
  readonly lines: readonly (readonly [name: string, text: string])[];
  /** Settings that are valid, but probably not intended. */
  readonly notes: readonly string[];
  /** Why OSS refuses the parameter. */
  readonly problem?: string;
}

const members: ReadonlySet<string> = new Set([
  "callbackUrl",
  "callbackHost",
  "callbackBody",
  "callbackBodyType",
  "callbackSNI",
  "additionalHeaders",
  "callbackPolicy",
]);

/** Explains `x-oss-callback` and `x-oss-callback-var`, given as Base64 or as JSON. */
export function explainCallback(callback: string, callbackVar?: string): Explanation {
  const notes: string[] = [];
  const value = asBase64(callback, "x-oss-callback", notes);
  const variables = callbackVar && asBase64(callbackVar, "x-oss-callback-var", notes);
  const json = jsonIn(value);
  for (const name of Object.keys(json ?? {})) {
    if (!members.has(name)) notes.push(`${name} is not a member of x-oss-callback${meant(name)}`);
  }
  const raw = Object.entries(json ?? {}).map(([name, one]) => [name, textOf(one)] as const);
  try {
    const parameters = parseCallback({ callback: value, callbackVar: variables });
    if (parameters === undefined) {
      notes.push("without callbackUrl no callback is sent, and OSS does not report it");
      return { lines: raw, notes };
    }
    const { lines, notes: more } = preview(parameters);
    return { lines: [...raw, ...lines], notes: [...notes, ...more] };
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    const ec = cause.ec === undefined ? "" : `, EC ${cause.ec}`;
    const status = entries[cause.code]?.status;
    return { lines: raw, notes, problem: `${status} ${cause.code}${ec}: ${cause.message}` };
  }
}

function preview(parameters: CallbackParameters): Pick<Explanation, "lines" | "notes"> {
  const { urls, body, bodyType, variables, sni } = parameters;
  const notes: string[] = [];
  const asked = new Set(body.parts.flatMap((part) => ("variable" in part ? [part.variable] : [])));
  const isCustom = (name: string): boolean => name.startsWith("x:");
  for (const name of asked) {
    if (isCustom(name) && own(variables, name) === undefined) {
      notes.push(`\${${name}} has no value: x-oss-callback-var has no ${name}; it is sent empty`);
    } else if (!isCustom(name) && !Object.hasOwn(sampleVariables, name)) {
      notes.push(`\${${name}} is not a variable of OSS${meant(name)}; it is sent empty`);
    }
  }
  for (const name of Object.keys(variables)) {
    if (!asked.has(name)) notes.push(`${name} is given, but callbackBody does not use it`);
  }
  if (urls.some(({ host }) => isPrivateAddress(host))) {
    notes.push(
      "a store that others can reach calls private addresses only when it is served with " +
        "--callback-targets public,private; OSS never does",
    );
  }
  if (urls.some(({ host }) => isMetadataAddress(host))) {
    notes.push(
      "a store calls link-local addresses and metadata services only when --callback-targets " +
        "names their network; OSS never does",
    );
  }
  if (!sni && urls.some(({ scheme }) => scheme === "https")) {
    notes.push("without callbackSNI, TLS sends no server name, which shared addresses need");
  }
  const rendered = renderTemplate(body, bodyType, (name) =>
    isCustom(name) ? own(variables, name) : own(sampleVariables, name),
  );
  if (bodyType === "application/json" && !isJson(rendered)) {
    notes.push("the body would not be JSON: write placeholders without quotes, which OSS adds");
  }
  return {
    lines: [
      ...Object.entries(variables).map(([name, text]) => [name, text] as const),
      ["is sent to", urls.map(formatCallbackUrl).join(", then ")],
      ["as", bodyType],
      ["for example", rendered],
    ],
    notes,
  };
}

// Both functions check only the text of a host. The store checks the addresses that a name resolves
// to. OSS accepts no IPv6 address.
function isPrivateAddress(host: string): boolean {
  if (/^(?:.*\.)?localhost$/i.test(host)) return true;
  return isIpv4(host) && /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(host);
}

function isMetadataAddress(host: string): boolean {
  return isIpv4(host) && /^(?:169\.254\.|100\.100\.100\.200$|168\.63\.129\.16$)/.test(host);
}

function isIpv4(host: string): boolean {
  return /^\d+(?:\.\d+){3}$/.test(host);
}

// Users paste the JSON itself or URL-safe Base64. Both are accepted, with a note.
function asBase64(text: string, name: string, notes: string[]): string {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) {
    notes.push(`${name} must be the Base64 of this JSON`);
    return btoa(utf8ToBinary(trimmed));
  }
  if (decodeBase64(trimmed) !== undefined) return trimmed;
  const plain = trimmed.replaceAll("-", "+").replaceAll("_", "/");
  const padded = plain.padEnd(Math.ceil(plain.length / 4) * 4, "=");
  if (decodeBase64(padded) === undefined) return trimmed;
  notes.push(`${name} is URL-safe Base64, or Base64 without its padding: OSS refuses both`);
  return padded;
}

function jsonIn(base64: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(binaryToUtf8(decodeBase64(base64) ?? "") ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

// Reads own members only: `${toString}` is not a variable, although every object inherits one.
function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function meant(name: string): string {
  const known = [...members, ...Object.keys(sampleVariables)];
  const found = known.find((one) => one.toLowerCase() === name.toLowerCase());
  return found === undefined ? "" : ` (did you mean ${found}?)`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
