// `ossicle doctor`: looks at settings, a data folder and a running store from outside. It says what
// is wrong and how to mend it.
import { environmentCredentials } from "@ossicle/client";
import { ConfigurationError, readConfiguration, settings } from "@ossicle/server";
import type { Command } from "commander";
import type { Environment } from "../data-option.ts";
import { withStoreOptions } from "../store-options.ts";
import { print } from "../output.ts";
import { printable } from "../printable.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { lookAtAddress } from "./look-at-address.ts";
import { lookAtFolder } from "./look-at-folder.ts";
import { lookAtRequests } from "./look-at-requests.ts";

interface DoctorOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket?: string;
  readonly callbackUrl?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** What the command works with. */
interface Surroundings {
  readonly env: Environment;
  readonly clock: () => number;
}

/** Versions of Node that are tested. */
const testedNodes = [20, 22, 24, 26] as const;

/** Adds the command. */
export function addDoctorCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("doctor")
    .description("look at a running store from outside, and say what is wrong");
  withStoreOptions(command, surroundings.env)
    .option(
      "--bucket <name>",
      "try uploads in this bucket; they are deleted again, and call back what the bucket says",
    )
    .option("--callback-url <url>", "let an upload call this URL; needs --bucket")
    .option("--data <folder>", "look at this data folder and its disk, too")
    .option("--json", "print one line of JSON for each result")
    .addHelpText(
      "after",
      "\nThe access key comes from OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET. Without one, no" +
        "\nsigned request is sent. The exit code is 1 when a problem is found.",
    )
    .action((options: DoctorOptions) => examine(options, surroundings));
}

async function examine(options: DoctorOptions, surroundings: Surroundings): Promise<void> {
  if (options.callbackUrl !== undefined && options.bucket === undefined) {
    throw new ConfigurationError(["--callback-url needs --bucket"]);
  }
  let problems = 0;
  for await (const finding of lookAtAll(options, surroundings)) {
    if (finding.level === "problem") problems += 1;
    print(options.json === true ? JSON.stringify(finding) : textOf(finding));
  }
  if (problems > 0) process.exitCode = 1;
}

/** Width of the columns of level and subject. */
const columns = { level: 9, subject: 12 } as const;

function textOf({ level, subject, seen, remedy }: Finding): string {
  const indent = " ".repeat(columns.level + columns.subject);
  const line = level.padEnd(columns.level) + subject.padEnd(columns.subject) + printable(seen);
  return remedy === undefined ? line : `${line}\n${indent}→ ${remedy}`;
}

async function* lookAtAll(
  options: DoctorOptions,
  { env, clock }: Surroundings,
): AsyncGenerator<Finding> {
  yield lookAtNode(process.versions.node);
  const { data, region, bucket, callbackUrl } = options;
  const endpoint = readEndpoint(options.endpoint);
  let reserveMib = 0;
  try {
    reserveMib = readConfiguration({ flags: { data }, env, file: {} }).reserve;
    const own = Object.values(settings)
      .map(({ env: name }) => name)
      .filter((name) => name.startsWith("OSSICLE_") && env[name] !== undefined);
    if (own.length > 0) yield ok("settings", `valid in this shell: ${own.sort().join(", ")}`);
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    for (const mistake of cause.mistakes) {
      yield problem("settings", mistake, "see `ossicle serve --help`");
    }
  }
  if (data !== undefined) yield* lookAtFolder(data, reserveMib);
  let isReached = true;
  for await (const finding of lookAtAddress({ endpoint, bucket, clock })) {
    yield finding;
    if (finding.level === "problem") isReached = false;
  }
  if (!isReached) return;
  const credentials = await environmentCredentials()().catch(() => undefined);
  if (credentials === undefined) {
    const remedy = "set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET";
    yield bucket === undefined
      ? warning("signature", "no access key is given, so no signed request was sent", remedy)
      : problem("signature", `without an access key, nothing in ${bucket} was tried`, remedy);
    return;
  }
  yield* lookAtRequests({ endpoint, region, credentials, bucket, callbackUrl });
}

function readEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new ConfigurationError([`--endpoint ${text}: expected a URL of http or https`]);
}

function lookAtNode(version: string): Finding {
  const line = Number(version.split(".", 1)[0]);
  const seen = `Node ${version} on ${process.platform} ${process.arch}`;
  if (process.platform !== "linux") {
    return warning("platform", seen, "Ossicle is tested on Linux only");
  }
  if (testedNodes.some((one) => one === line)) return ok("platform", seen);
  return warning("platform", seen, `Ossicle is tested with Node ${testedNodes.join(", ")}`);
}
