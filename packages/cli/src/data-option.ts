// `--data`: the folder of the store that a command uses, whether or not a server runs on it.
import { readConfiguration, settings } from "@ossicle/server";
import type { Command } from "commander";

/** Environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Adds the option. */
export function withDataOption(command: Command): Command {
  const { description, env, fallback = "" } = settings.data;
  return command.option("--data <folder>", `${description} [${env}, default ${fallback}]`);
}

/** Adds a command on a data folder that can print JSON. */
export function addDataCommand(parent: Command, name: string, description: string): Command {
  const command = withDataOption(parent.command(name).description(description));
  return command.option("--json", "print one line of JSON for each result");
}

/**
 * Opens something in the folder, uses it, and closes it. Throws ConfigurationError when the folder
 * holds no store.
 */
export async function inFolder<T extends { readonly close: () => Promise<void> }>(
  { data, env }: { readonly data: string | undefined; readonly env: Environment },
  open: (folder: string) => Promise<T>,
  use: (opened: T) => Promise<void>,
): Promise<void> {
  const opened = await open(readConfiguration({ flags: { data }, env, file: {} }).data);
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}
