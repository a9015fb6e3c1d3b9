// Reads `image/resize,w_100/format,png`: actions in their order, each with its parameters. The
// ranges and the ECs are those of OSS's image processing documentation and its pages 0040-00000nnn.
import { OssError, shownValue } from "@ossicle/protocol";
import { actionRules, type ParameterRule } from "./action-rules.ts";

/** An action with its parameters by name. `rotate,90` has one value, whose name is empty. */
export interface ImageAction {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Most actions of a process. The limit is ours: OSS limits the length of the parameter. */
const maxActions = 20;

/** Reads the actions after `image/`. Throws InvalidArgument. */
export function parseActions(text: string): readonly ImageAction[] {
  const actions = text.split("/").filter((part) => part !== "");
  if (actions.length === 0) throw invalid("x-oss-process", text, "212");
  if (actions.length > maxActions) throw invalid("x-oss-process", text, "212");
  return actions.map(parseAction);
}

function parseAction(text: string): ImageAction {
  // A comma at the end is accepted (test of ali-oss).
  const [name = "", ...values] = text.split(",").filter((part, at) => at === 0 || part !== "");
  const rules = Object.hasOwn(actionRules, name) ? actionRules[name] : undefined;
  if (rules === undefined) throw invalid("x-oss-process", name, "213");
  if (rules.single !== undefined) return single(name, values, rules.single);
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const value of values) {
    const at = value.indexOf("_");
    const key = at < 0 ? value : value.slice(0, at);
    const rule = Object.hasOwn(rules.named ?? {}, key) ? rules.named?.[key] : undefined;
    if (rule === undefined) continue; // unknown parameters are ignored (tests of oss2 and Java)
    const given = at < 0 ? "" : value.slice(at + 1);
    check(key, given, rule);
    parameters[key] = given;
  }
  const isBare = values.length === 0 || (rules.needs !== undefined && !(rules.needs in parameters));
  if (rules.bareEc !== undefined && isBare) throw invalid(name, "", rules.bareEc);
  return { name, parameters };
}

function single(name: string, values: readonly string[], rule: ParameterRule): ImageAction {
  if (values.length > 1) throw invalid(name, values.join(","), "203");
  const [value = ""] = values;
  if (values.length === 0 && rule.isOptional === true) return { name, parameters: {} };
  check(name, value, rule);
  return { name, parameters: { "": value } };
}

function check(name: string, value: string, rule: ParameterRule): void {
  if (rule.values !== undefined) {
    if (!rule.values.includes(value)) throw invalid(name, value, rule.ec);
    return;
  }
  if (rule.pattern !== undefined) {
    if (!rule.pattern.test(value)) throw invalid(name, value, rule.ec);
    return;
  }
  const [min, max] = rule.range ?? [0, Number.MAX_SAFE_INTEGER];
  const number = /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw invalid(name, value, rule.ec);
}

/** The error for a value: it names the parameter (OSS documentation, common errors). */
export function invalid(name: string, value: string, ec: string): OssError<"InvalidArgument"> {
  const message = `The value: ${shownValue(value)} of parameter: ${name} is invalid.`;
  return new OssError(
    "InvalidArgument",
    { ArgumentName: name, ArgumentValue: shownValue(value) },
    { message, ec: `0040-00000${ec}` },
  );
}
