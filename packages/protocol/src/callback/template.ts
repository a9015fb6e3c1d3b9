// callbackBody templates: `${name}` is replaced, everything else is sent unchanged (callback
// documentation).
import { percentEncode, utf8ToBinary } from "../bytes.ts";
import { OssError } from "../oss-error.ts";

/** How a callback's body is written. */
export type CallbackBodyType = "application/x-www-form-urlencoded" | "application/json";

/** A parsed template: literal text and variable names, in order. */
export interface Template {
  readonly source: string;
  readonly parts: readonly TemplatePart[];
}

/** Literal text, or the name of a variable. */
export type TemplatePart = { readonly literal: string } | { readonly variable: string };

/** A variable's value: numbers stay bare in a JSON body; undefined is empty. */
export type TemplateValue = string | number | undefined;

/**
 * Parses a template. Throws InvalidArgument where `$` is not followed by `{`, or a `}` is missing.
 */
export function parseTemplate(source: string): Template {
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < source.length) {
    const dollar = source.indexOf("$", at);
    const literal = source.slice(at, dollar < 0 ? source.length : dollar);
    if (literal !== "") parts.push({ literal });
    if (dollar < 0) break;
    const end = source.indexOf("}", dollar);
    if (source[dollar + 1] !== "{")
      throw malformed(source, "Left brace must be adjacent to dollar sign.");
    if (end < 0) throw malformed(source, "Right brace is missing."); // OSS's message is not known
    parts.push({ variable: source.slice(dollar + 2, end) });
    at = end + 1;
  }
  return { source, parts };
}

function malformed(source: string, message: string): OssError {
  return new OssError(
    "InvalidArgument",
    { ArgumentName: "ReplaceKeyPrefix", ArgumentValue: source },
    { message, ec: "0007-00000105" },
  );
}

/** Whether a template uses a variable whose name starts with `prefix`. */
export function usesVariable(template: Template, prefix: string): boolean {
  return template.parts.some((part) => "variable" in part && part.variable.startsWith(prefix));
}

/** Replaces the variables. Form bodies get percent-encoded values, JSON bodies JSON values. */
export function renderTemplate(
  template: Template,
  bodyType: CallbackBodyType,
  lookup: (name: string) => TemplateValue,
): string {
  const encode = bodyType === "application/json" ? encodeJson : encodeForm;
  return template.parts
    .map((part) => ("literal" in part ? part.literal : encode(lookup(part.variable))))
    .join("");
}

// A blank is `%20`: both form and URI decoders read it back. OSS's own choice is not known.
function encodeForm(value: TemplateValue): string {
  return value === undefined ? "" : percentEncode(utf8ToBinary(String(value)));
}

// Strings are quoted here, so templates leave placeholders unquoted. An absent variable becomes
// `""`, which keeps the JSON valid.
function encodeJson(value: TemplateValue): string {
  return JSON.stringify(value ?? "");
}
