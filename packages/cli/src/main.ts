#!/usr/bin/env node
// The command line. Each command has a file. This file passes it the environment, the clock and the
// source of randomness.
import cluster from "node:cluster";
import { createRequire } from "node:module";
import {
  BackupError,
  ConfigurationError,
  DamagedStoreError,
  flagOf,
  OperatorError,
  readConfiguration,
  readSettingFile,
  settings,
} from "@ossicle/server";
import { Command } from "commander";
import { addAdminCommand } from "./admin.ts";
import { addCallbackCommand } from "./callback.ts";
import { addCompletion } from "./completion.ts";
import { addDeliveriesCommand } from "./deliveries.ts";
import { addDoctorCommand } from "./doctor/doctor.ts";
import { addCopyCommand } from "./copy.ts";
import { addKeepingCommands } from "./keeping.ts";
import { addKeysCommands } from "./keys.ts";
import { addListenCommand } from "./listen.ts";
import { addMigrateCommand } from "./migrate.ts";
import { addPolicyCommand } from "./policy.ts";
import { serve } from "./serve.ts";
import { addUploadCommand } from "./upload.ts";
import { addEncryptionCommand } from "./encryption.ts";
import { addPrincipalCommands } from "./principals.ts";
import { WorkerEndedError } from "./worker-slot.ts";

// The bundle lies one folder deeper than this file and its compiled form.
const { version } = createRequire(import.meta.url)("ossicle/package.json") as { version: string };

const program = new Command("ossicle")
  .version(version)
  .description("An object store that speaks the Alibaba Cloud OSS protocol and calls you back.");

const serveCommand = program
  .command("serve")
  .description("start a store")
  .option("--config <file>", "JSON file of settings; flags and environment override it");
for (const [name, setting] of Object.entries(settings)) {
  if (setting.secret === true) continue;
  const fallback = setting.fallback === undefined ? "" : `, default ${setting.fallback || "none"}`;
  serveCommand.option(
    `${flagOf(name)} <${setting.placeholder ?? "value"}>`,
    `${setting.description} [${setting.env}${fallback}]`,
  );
}
serveCommand.addHelpText(
  "after",
  "\nThe access key comes from OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET; without them a " +
    "pair is made once,\nkept in the data folder with mode 0600, and printed.",
);
serveCommand.action(async (options: Readonly<Record<string, string>>) => {
  const { config, ...flags } = options;
  const file = config === undefined ? {} : await readJson(config);
  const configuration = readConfiguration({ flags, env: process.env, file });
  await serve(configuration, Date.now);
});

/** A mistake in the operator's input. */
class UsageError extends Error {
  override readonly name: string = "UsageError";
}

async function readJson(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readSettingFile("--config", file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${file} is not JSON: ${String(cause)}`, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>; // an object's keys are text
  }
  throw new UsageError(`${file}: expected a JSON object`);
}

addKeysCommands(program, process.env);
addPrincipalCommands(program, process.env);
addEncryptionCommand(program, process.env);
addPolicyCommand(program, { env: process.env, clock: Date.now });
addMigrateCommand(program, process.env);
addCallbackCommand(program);
addUploadCommand(program, process.env);
addListenCommand(program, { chance: Math.random });
addKeepingCommands(program, { env: process.env, clock: Date.now });
addCopyCommand(program, process.env);
addDeliveriesCommand(program, { env: process.env, clock: Date.now });
addDoctorCommand(program, { env: process.env, clock: Date.now });
addAdminCommand(program, { env: process.env, clock: Date.now });

program
  .command("demo")
  .description("start a store and an application server, upload a file, show the callback")
  .option("--keep", "leave both running and print their addresses")
  .action(async (options: { keep?: boolean }) => {
    const { demo } = await import("./demo.ts"); // `serve` needs neither client nor kit
    await demo({ keep: options.keep === true });
  });

addCompletion(program, process.argv);

// `… | head -1` closes the pipe early, which is not an error.
process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
  process.exit(cause.code === "EPIPE" ? 0 : 1);
});
try {
  await program.parseAsync();
} catch (cause) {
  const text = explain(cause);
  if (text !== "") process.stderr.write(`${text}\n`);
  process.exitCode = 1;
  // Without this, the channel to the primary would keep a worker running that serves nothing.
  if (cluster.isWorker) process.exit(1);
}

// An error that the operator can fix is printed as one line. Any other error is a bug, and is
// printed with its stack.
function explain(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause instanceof WorkerEndedError) return cause.message;
  const mendable =
    "code" in cause ||
    cause instanceof ConfigurationError ||
    cause instanceof UsageError ||
    cause instanceof OperatorError ||
    cause instanceof BackupError ||
    cause instanceof DamagedStoreError;
  if (cause.message === "" && cause.cause !== undefined) return explain(cause.cause);
  return mendable && cause.message !== "" ? cause.message : (cause.stack ?? cause.name);
}
