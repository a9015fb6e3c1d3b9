// `ossicle callback`: explains callback parameters and their mistakes, and writes new ones.
import {
  type CallbackBodyType,
  type CallbackRequest,
  encodeCallbackParameters,
  type EncodedCallback,
  explainCallback,
  type Explanation,
} from "@ossicle/kit";
import { ConfigurationError } from "@ossicle/server";
import type { Command } from "commander";
import { print } from "./output.ts";
import { repeated } from "./repeated.ts";
import { printable } from "./printable.ts";

interface RenderOptions {
  readonly url: readonly string[];
  readonly body: string;
  readonly bodyType?: string;
  readonly host?: string;
  readonly sni?: boolean;
  readonly var?: readonly string[];
  readonly json?: boolean;
}

/** Adds the command and its verbs. */
export function addCallbackCommand(program: Command): void {
  const callback = program
    .command("callback")
    .description("explain and write the parameters of callbacks");
  callback
    .command("explain <value>")
    .description("explain an x-oss-callback value and its mistakes")
    .option("--var <value>", "the x-oss-callback-var that goes with it")
    .option("--json", "print JSON")
    .action((value: string, { var: callbackVar, json }: { var?: string; json?: boolean }) => {
      say(explainCallback(value, callbackVar), json === true);
    });
  callback
    .command("render")
    .description("write the parameters of a callback, and show what would be sent")
    .requiredOption("--url <url>", "URL to call; repeat the option for up to five", repeated)
    .requiredOption("--body <template>", "what to send, for example 'o=${object}&a=${x:a}'")
    .option("--body-type <type>", "application/x-www-form-urlencoded or application/json")
    .option("--host <name>", "value of the Host header")
    .option("--sni", "send the server's name in TLS (SNI)")
    .option(
      "--var <pair>",
      "a custom variable, for example x:a=1; repeat the option for more",
      repeated,
    )
    .option("--json", "print JSON")
    .action((options: RenderOptions) => {
      const encoded = encode(options);
      const explanation = explainCallback(encoded.callback, encoded.callbackVar);
      const lines: [string, string][] = [["x-oss-callback", encoded.callback]];
      if (encoded.callbackVar !== undefined) {
        lines.push(["x-oss-callback-var", encoded.callbackVar]);
      }
      const whole = { ...explanation, lines: [...lines, ...explanation.lines] };
      say(whole, options.json === true);
    });
}

function encode({
  url,
  body,
  bodyType,
  host,
  sni,
  var: pairs = [],
}: RenderOptions): EncodedCallback {
  const variables = readVariables(pairs);
  return encodeCallback({
    url,
    body,
    // Any text is passed on: `explainCallback` reports types that OSS refuses.
    ...(bodyType === undefined ? {} : { bodyType: bodyType as CallbackBodyType }),
    ...(host === undefined ? {} : { host }),
    ...(sni === undefined ? {} : { sni }),
    ...(pairs.length === 0 ? {} : { variables }),
  });
}

/** Encodes a callback. Throws ConfigurationError for an invalid one. */
export function encodeCallback(callback: CallbackRequest): EncodedCallback {
  try {
    return encodeCallbackParameters(callback);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ConfigurationError([cause.message], { cause });
  }
}

/** Reads `x:name=value` pairs. Throws ConfigurationError. */
export function readVariables(pairs: readonly string[]): NonNullable<CallbackRequest["variables"]> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (pair.startsWith("x:") && at > 2) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new ConfigurationError([`--var ${pair}: expected x:name=value`]);
    }),
  );
}

function say(explanation: Explanation, asJson: boolean): void {
  const { lines, notes, problem } = explanation;
  if (problem !== undefined) process.exitCode = 1;
  if (asJson) {
    print(printable(JSON.stringify({ ...Object.fromEntries(lines), notes, problem })));
    return;
  }
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  for (const [name, text] of lines) print(printable(`${name.padEnd(width)}  ${text}`));
  for (const note of notes) print(printable(`note: ${note}`));
  if (problem !== undefined) print(printable(`refused: ${problem}`));
}
