// Reports system errors at start-up as mistakes in a setting: the option, its value, and what to
// do.
import { readFile } from "node:fs/promises";
import { errorCode, errorMessage } from "@ossicle/store";
import { ConfigurationError } from "./configuration-error.ts";

/** An address to listen on, and the options that set it. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  readonly options: { readonly host: string; readonly port: string };
}

/**
 * Turns the error of an address that cannot be listened on into a ConfigurationError. Any other
 * error stays as it is.
 */
export function listenMistake(cause: Error, { host, port, options }: ListenAddress): Error {
  const mistakes: Readonly<Record<string, string>> = {
    EADDRINUSE:
      `${options.port} ${port}: another program listens on ${host}:${port}; stop it, or choose ` +
      "another port",
    EACCES: `${options.port} ${port}: this user may not listen on it; choose a port above 1023`,
    EADDRNOTAVAIL: `${options.host} ${host}: this machine has no such address`,
    ENOTFOUND: `${options.host} ${host}: this name has no address`,
  };
  const mistake = mistakes[errorCode(cause) ?? ""];
  return mistake === undefined ? cause : new ConfigurationError([mistake], { cause });
}

/** Reads the file that a setting names. Throws ConfigurationError. */
export async function readSettingFile(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ConfigurationError([`${option} ${file} cannot be read: ${errorMessage(cause)}`], {
      cause,
    });
  }
}
