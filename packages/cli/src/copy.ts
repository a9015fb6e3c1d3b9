// `ossicle copy`: copies a store from a data folder into a database and a place for blobs, or back.
import {
  ConfigurationError,
  type CopyReport,
  copyStore,
  readConfiguration,
  settings,
  type StorePlace,
} from "@ossicle/server";
import type { Command } from "commander";
import type { Environment } from "./data-option.ts";
import { told } from "./keeping.ts";
import { print } from "./output.ts";

interface CopyOptions {
  readonly from?: string;
  readonly to?: string;
  readonly blobs?: string;
  readonly final?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addCopyCommand(program: Command, env: Environment): void {
  const { blobs, secretKey } = settings;
  program
    .command("copy")
    .description("copy a store from a data folder into a database that nodes share, or back")
    .option("--from <place>", "a data folder, or the URL of a database")
    .option("--to <place>", "the other one; it must be empty, or hold an earlier run's copy")
    .option("--blobs <place>", `blobs of the database's store [${blobs.env}]`)
    .option("--final", "complete the copy: nothing writes to the source any more")
    .option("--json", "print one line of JSON")
    .addHelpText("after", `\nSet ${secretKey.env} to the content of the folder's secret.key.`)
    .action(async ({ from, to, blobs: given, final = false, json = false }: CopyOptions) => {
      if (from === undefined || to === undefined) {
        throw new ConfigurationError(["name both places: --from and --to"]);
      }
      const report = await copyStore({
        from: placeOf(from, given, env),
        to: placeOf(to, given, env),
        isFinal: final,
        onFinding: (finding) => print(json ? JSON.stringify(finding) : told(finding)),
      });
      print(json ? JSON.stringify(report) : describe(report));
      if ((report.verified?.damaged ?? 0) > 0) process.exitCode = 1;
    });
}

function placeOf(place: string, blobs: string | undefined, env: Environment): StorePlace {
  if (!/^postgres(ql)?:/.test(place)) {
    if (place.includes("://")) {
      // The address may hold a secret, so it is not repeated.
      throw new ConfigurationError([
        "--from and --to are a data folder and the URL of a database: --blobs names a bucket",
      ]);
    }
    const { env: keys } = settings.encryptionKeyFile; // all other variables are the database's
    return readConfiguration({ flags: { data: place }, env: { [keys]: env[keys] }, file: {} });
  }
  return readConfiguration({ flags: { metadata: place, blobs }, env, file: {} });
}

function describe({ records, blobs, verified }: CopyReport): string {
  const done =
    `copied ${records.written} of ${records.records} records, ` +
    `and ${blobs.copied} of ${blobs.blobs} blobs (${blobs.copiedBytes} bytes)`;
  if (verified === undefined) {
    return `${done}\nstop everything that writes to the source, and run this again with --final`;
  }
  if (verified.damaged > 0) {
    return `${done}\n${verified.damaged} damaged: the copy is not complete, and is not served`;
  }
  return (
    `${done}\nverified ${verified.versions} versions (${verified.bytes} bytes): complete\n` +
    "serve the source no more: it would send callbacks that the copy sends, too"
  );
}
