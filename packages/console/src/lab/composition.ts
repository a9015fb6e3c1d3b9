// A callback as the form of the lab shows it, read from the parameters and written back to them.
import { binaryToUtf8, decodeBase64, encodeParameter } from "@ossicle/protocol";
import type { Pair } from "../parts/tag-editor.tsx";

/** The parameters of a callback, in Base64. Empty ones are not sent. */
export interface RawParameters {
  readonly callback: string;
  readonly callbackVar: string;
}

/** The parts of a callback. */
export interface Composition {
  /** URLs, separated by `;`. */
  readonly url: string;
  /** Empty for the URL's own. */
  readonly host: string;
  readonly body: string;
  readonly isJson: boolean;
  readonly sni: boolean;
  /** Custom variables, names with their `x:`. */
  readonly variables: readonly Pair[];
  /** Members that the form does not show, such as additionalHeaders. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** What the lab begins with. */
export const firstComposition: Composition = {
  url: "http://127.0.0.1:8080/uploaded",
  host: "",
  body: "bucket=${bucket}&object=${object}&size=${size}&user=${x:user}",
  isJson: false,
  sni: false,
  variables: [{ key: "x:user", value: "42" }],
  others: {},
};

const json = "application/json";

/** Reads the parameters; undefined when they are not Base64 of a JSON object. */
export function compositionOf({ callback, callbackVar }: RawParameters): Composition | undefined {
  const members = objectIn(callback);
  const variables = callbackVar === "" ? {} : objectIn(callbackVar);
  if (members === undefined || variables === undefined) return undefined;
  const { callbackUrl, callbackHost, callbackBody, callbackBodyType, callbackSNI, ...rest } =
    members;
  const isOtherType = callbackBodyType !== undefined && !isKnownType(callbackBodyType);
  return {
    url: textOf(callbackUrl),
    host: textOf(callbackHost),
    body: textOf(callbackBody),
    isJson: callbackBodyType === json,
    sni: callbackSNI === true,
    variables: Object.entries(variables).map(([key, value]) => ({ key, value: textOf(value) })),
    others: isOtherType ? { ...rest, callbackBodyType } : rest,
  };
}

/** The JSON of a callback's members, as `x-oss-callback` has it. */
export function membersOf(composition: Composition): Readonly<Record<string, unknown>> {
  const { url, host, body, isJson, sni, others } = composition;
  return {
    callbackUrl: url,
    ...(host !== "" && { callbackHost: host }),
    callbackBody: body,
    ...(isJson && { callbackBodyType: json }),
    ...(sni && { callbackSNI: true }),
    ...others,
  };
}

/** The custom variables, as `x-oss-callback-var` has them; undefined without any. */
export function variablesOf({
  variables,
}: Composition): Readonly<Record<string, string>> | undefined {
  if (variables.length === 0) return undefined;
  return Object.fromEntries(variables.map(({ key, value }) => [key, value]));
}

/** Writes the parameters. */
export function parametersOf(composition: Composition): RawParameters {
  const variables = variablesOf(composition);
  return {
    callback: encodeParameter(membersOf(composition)),
    callbackVar: variables === undefined ? "" : encodeParameter(variables),
  };
}

function objectIn(base64: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = binaryToUtf8(decodeBase64(base64.trim()) ?? "");
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function isKnownType(type: unknown): boolean {
  return type === json || type === "application/x-www-form-urlencoded";
}

function textOf(value: unknown): string {
  return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
}
