// Defines a callback once for both sides: which variables it carries, and what the application
// answers. The uploader takes the request and the answer's type from the definition. The
// application takes the types of its handler from it.
import type { CallbackRequest } from "./encode-callback.ts";

/** A validator of any library that implements Standard Schema (standardschema.dev, version 1). */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Types<Schema extends StandardSchema> = NonNullable<Schema["~standard"]["types"]>;

/** What an application may answer. */
export type AnswerInput<Schema extends StandardSchema> = Types<Schema>["input"];

/** What an uploader receives: the answer after validation. */
export type AnswerOutput<Schema extends StandardSchema> = Types<Schema>["output"];

/** Variables that OSS fills in (callback documentation, 2025-09-19). */
export type SystemVariable =
  | "bucket"
  | "object"
  | "etag"
  | "size"
  | "mimeType"
  | "imageInfo.height"
  | "imageInfo.width"
  | "imageInfo.format"
  | "crc64"
  | "contentMd5"
  | "vpcId"
  | "clientIp"
  | "reqId"
  | "operation";

/**
 * The variables of a callback: each name in its body, and the value that OSS fills in. `x:…` is a
 * custom variable, whose value the uploader supplies.
 */
export type VariableSources = Readonly<Record<string, SystemVariable | `x:${string}`>>;

type ValueOf<Source> = Source extends "size"
  ? number
  : Source extends "imageInfo.height" | "imageInfo.width"
    ? number | undefined
    : string;

/**
 * What the application's handler receives. Sizes are numbers. The height and width of an object
 * that is not an image are undefined. All other values are strings.
 */
export type VariableValues<Sources extends VariableSources> = {
  readonly [Name in keyof Sources]: ValueOf<Sources[Name]>;
};

/** The values that the uploader must supply: those of its custom variables. */
export type OwnValues<Sources extends VariableSources> = {
  readonly [Name in keyof Sources as Sources[Name] extends `x:${string}` ? Name : never]: string;
};

/** The members of a callback request that the definition does not set. */
export type CallbackTarget = Omit<CallbackRequest, "body" | "bodyType" | "variables">;

/** The parts of a definition. */
export interface CallbackParts<Sources extends VariableSources, Schema extends StandardSchema> {
  readonly variables: Sources;
  readonly answer: Schema;
}

/** A defined callback. */
export interface DefinedCallback<
  Sources extends VariableSources,
  Schema extends StandardSchema,
> extends CallbackParts<Sources, Schema> {
  /** Makes the callback request of one upload, for the uploader or for its ticket. */
  readonly request: (
    target: CallbackTarget,
    ...own: Record<string, never> extends OwnValues<Sources>
      ? [own?: OwnValues<Sources>]
      : [own: OwnValues<Sources>]
  ) => CallbackRequest;
  /**
   * Reads the variables of a received callback. Throws TypeError if a variable is missing or has
   * another type, as in a callback of another definition.
   */
  readonly parse: (variables: Readonly<Record<string, unknown>>) => VariableValues<Sources>;
  /** The answer in an upload's result. Rejects with AnswerInvalidError. */
  readonly answerOf: (result: {
    readonly callback?: { readonly json: () => unknown } | undefined;
  }) => Promise<AnswerOutput<Schema>>;
  /** Validates an answer against its schema. Rejects with AnswerInvalidError. */
  readonly check: (answer: unknown) => Promise<AnswerOutput<Schema>>;
}

/** The application's answer does not match the schema of its definition. The upload is stored. */
export class AnswerInvalidError extends Error {
  override readonly name: string = "AnswerInvalidError";
  readonly issues: readonly SchemaIssue[];

  constructor(issues: readonly SchemaIssue[], options?: ErrorOptions) {
    const told = issues.map(({ message, path = [] }) => {
      const names = path.map((part) => String(typeof part === "object" ? part.key : part));
      return names.length === 0 ? message : `${names.join(".")}: ${message}`;
    });
    super(`the application's answer does not match its definition: ${told.join("; ")}`, options);
    this.issues = issues;
  }
}

/**
 * Defines a callback.
 * @example
 * const saved = defineCallback({
 *   variables: { key: "object", size: "size", user: "x:user" },
 *   answer: z.object({ url: z.string() }),
 * });
 * // Uploader:
 * const callback = saved.request({ url }, { user: "42" });
 * const result = await client.putObject({ bucket, key, body, callback });
 * const answer = await saved.answerOf(result);
 * // Application:
 * nodeCallback(typedCallback(saved, ({ key }) => ({ url: urlOf(key) })), options);
 */
export function defineCallback<
  const Sources extends VariableSources,
  Schema extends StandardSchema,
>({ variables, answer }: CallbackParts<Sources, Schema>): DefinedCallback<Sources, Schema> {
  const sources = Object.entries(variables);
  const members = sources.map(([name, source]) => `${JSON.stringify(name)}:\${${source}}`);
  const body = `{${members.join(",")}}`;
  const check = async (value: unknown): Promise<AnswerOutput<Schema>> => {
    const result = await answer["~standard"].validate(value);
    if (result.issues !== undefined) throw new AnswerInvalidError(result.issues);
    return result.value;
  };
  return {
    variables,
    answer,
    request: (target, ...values) => {
      const own: Readonly<Record<string, string>> = values[0] ?? {};
      const given = sources.flatMap(([name, source]) =>
        source.startsWith("x:") ? [[source, own[name] ?? ""] as const] : [],
      );
      const request = { ...target, body, bodyType: "application/json" } as const;
      return given.length === 0 ? request : { ...request, variables: Object.fromEntries(given) };
    },
    parse: (given) =>
      Object.fromEntries(
        sources.map(([name, source]) => [name, parseValue(given, name, source)]),
      ) as VariableValues<Sources>, // each value has the type of its source
    check,
    answerOf: async ({ callback }) => {
      let answer: unknown;
      try {
        answer = callback?.json();
      } catch (cause) {
        throw new AnswerInvalidError([{ message: "it is not JSON" }], { cause });
      }
      return check(answer);
    },
  };
}

function parseValue(
  given: Readonly<Record<string, unknown>>,
  name: string,
  source: string,
): string | number | undefined {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  const isImage = source === "imageInfo.height" || source === "imageInfo.width";
  if (isImage && (value === "" || value === null)) return undefined;
  const expected = isImage || source === "size" ? "number" : "string";
  if (typeof value === expected) return value as string | number; // by the line above
  throw new TypeError(
    `the callback's ${name} is not a ${expected}: its uploader must use the same definition`,
  );
}
