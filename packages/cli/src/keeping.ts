// `ossicle verify`, `backup` and `restore`: checks a store, copies it, and makes a store from the
// copy.
import { resolve } from "node:path";
import {
  backupStore,
  ConfigurationError,
  type Finding,
  openStore,
  restoreStore,
} from "@ossicle/server";
import type { Command } from "commander";
import {
  addStoreCommand,
  type Environment,
  inStore,
  placeOf,
  type PlaceOptions,
} from "./data-option.ts";
import { print } from "./output.ts";
import { printable } from "./printable.ts";

/** What the commands need of their process. */
interface Surroundings {
  readonly env: Environment;
  readonly clock: () => number;
}

interface KeepingOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** Adds the three commands. */
export function addKeepingCommands(program: Command, { env, clock }: Surroundings): void {
  addStoreCommand(
    program,
    "verify",
    "read every record and every byte, and report damage; changes nothing",
  )
    .option("--quick", "check that the bytes exist, without reading them")
    .action(async ({ json, quick, ...place }: KeepingOptions & { quick?: boolean }) => {
      await inStore({ ...place, env }, openStore, async (store) => {
        const report = await store.verify({
          readsBytes: quick !== true,
          onFinding: (finding) => print(json === true ? JSON.stringify(finding) : told(finding)),
        });
        const { damaged, leftovers, ...looked } = report;
        const counts = Object.entries(looked).map(([name, count]) => `${count} ${name}`);
        const found = `${damaged} damaged, ${leftovers} left over`;
        const summary = `looked at ${counts.join(", ")}: ${found}`;
        print(json === true ? JSON.stringify(report) : summary);
        if (damaged > 0) process.exitCode = 1;
      });
    });
  addStoreCommand(
    program,
    "backup <folder>",
    "copy the store into a folder, also while a server runs; a later run copies only new data",
  ).action(async (target: string, { json, ...place }: KeepingOptions) => {
    const folder = folderOf(place, env);
    const report = await backupStore(folder, resolve(target), clock);
    const { blobs, copied, copiedBytes } = report;
    const line =
      `backed up the metadata with small bodies, and ${blobs} blobs, of which ${copied} ` +
      `(${copiedBytes} bytes) are new`;
    print(json === true ? JSON.stringify(report) : line);
  });
  addStoreCommand(
    program,
    "restore <backup>",
    "restore a backup into the data folder, which must be empty",
  ).action(async (backup: string, { json, ...place }: KeepingOptions) => {
    const folder = folderOf(place, env);
    const made = new Date(await restoreStore(resolve(backup), folder)).toISOString();
    print(
      json === true ? JSON.stringify({ made, folder }) : `restored ${folder}, as it was at ${made}`,
    );
  });
}

// The data folder. A database and a folder that nodes share have tools of their own.
function folderOf(options: PlaceOptions, env: Environment): string {
  const { data, metadata } = placeOf(options, env);
  if (metadata === undefined) return data;
  throw new ConfigurationError([
    "this command is for a data folder: copy a database of --metadata with PostgreSQL's tools, " +
      "and what --blobs names after it",
  ]);
}

/** A finding as a line of text. */
export function told({ kind, subject, problem }: Finding): string {
  return printable(`${kind === "damage" ? "DAMAGED " : "left over"}  ${subject}: ${problem}`);
}
