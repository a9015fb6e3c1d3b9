// `ossicle migrate`: the schema of a database that several nodes share.
import {
  ConfigurationError,
  describeDatabase,
  migrateSharedMetadata,
  settings,
} from "@ossicle/server";
import type { Command } from "commander";
import type { Environment } from "./data-option.ts";
import { print } from "./output.ts";

/** Adds the command. */
export function addMigrateCommand(program: Command, env: Environment): void {
  const { env: variable } = settings.metadata;
  program
    .command("migrate")
    .description("bring the schema of the database that nodes share up to date; run it first")
    .option("--metadata <url>", `the database [${variable}]`)
    .action(async ({ metadata = env[variable] }: { readonly metadata?: string }) => {
      if (metadata === undefined) throw new ConfigurationError(["name the database: --metadata"]);
      const applied = await migrateSharedMetadata(requireDatabase(metadata));
      for (const line of applied) print(`applied migration ${line}`);
      if (applied.length === 0) print("the schema is up to date");
    });
}

function requireDatabase(metadata: string): string {
  try {
    describeDatabase(metadata);
    return metadata;
  } catch (cause) {
    throw new ConfigurationError([`--metadata: ${String(cause)}`], { cause });
  }
}
