// The options that name the store that a command uses, whether or not a server runs on it.
import { flagOf, readConfiguration, settings, type StorePlace } from "@ossicle/server";
import type { Command } from "commander";

/** Environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the store is, as options give it. */
export interface PlaceOptions {
  readonly data?: string;
  readonly metadata?: string;
  readonly blobs?: string;
}

/** Adds the options. */
export function withPlaceOptions(command: Command): Command {
  for (const name of ["data", "metadata", "blobs"] as const) {
    const { description, env, fallback, placeholder = "value" } = settings[name];
    const origin = fallback === undefined ? env : `${env}, default ${fallback}`;
    command.option(`${flagOf(name)} <${placeholder}>`, `${description} [${origin}]`);
  }
  return command;
}

/** Adds a command on a store that can print JSON. */
export function addStoreCommand(parent: Command, name: string, description: string): Command {
  const command = withPlaceOptions(parent.command(name).description(description));
  return command.option("--json", "print one line of JSON for each result");
}

/** The place of the store that options and environment name. Throws ConfigurationError. */
export function placeOf({ data, metadata, blobs }: PlaceOptions, env: Environment): StorePlace {
  return readConfiguration({ flags: { data, metadata, blobs }, env, file: {} });
}

/**
 * Opens something of the store, uses it, and closes it. Throws ConfigurationError when the place
 * holds no store.
 */
export async function inStore<T extends { readonly close: () => Promise<void> }>(
  { env, ...options }: PlaceOptions & { readonly env: Environment },
  open: (place: StorePlace) => Promise<T>,
  use: (opened: T) => Promise<void>,
): Promise<void> {
  const opened = await open(placeOf(options, env));
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}
