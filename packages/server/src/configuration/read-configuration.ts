// Reads a configuration from flags, environment and file, in this order of precedence. Every
// mistake is found before the first is reported.
import { errorMessage } from "@ossicle/store";
import { ConfigurationError } from "./configuration-error.ts";
import type { Setting } from "./setting-values.ts";
import { type Configuration, flagOf, settings } from "./settings.ts";

/** Where settings come from. */
export interface ConfigurationSources {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed configuration file: setting names to texts, numbers or lists. */
  readonly file: Readonly<Record<string, unknown>>;
}

/** Reads a configuration. Throws ConfigurationError with every mistake. */
export function readConfiguration(sources: ConfigurationSources): Configuration {
  const mistakes: string[] = [];
  const malformed = new Set<string>();
  const out: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const [text, origin] = find(sources, name, setting);
    if (text === undefined || (text === "" && setting.fallback === undefined)) continue;
    try {
      out[name] = setting.read(text);
    } catch (cause) {
      const shown =
        setting.secret === true || setting.isHidden === true ? "(hidden)" : JSON.stringify(text);
      mistakes.push(`${origin} ${shown}: ${errorMessage(cause)}`);
      malformed.add(name);
    }
  }
  for (const name of Object.keys(sources.file)) {
    if (name in settings) continue;
    const meant = Object.entries(settings).find(
      ([known, { env }]) => env === name || flagOf(known).slice(2) === name.replace(/^--/, ""),
    );
    const hint = meant === undefined ? "" : `: write ${JSON.stringify(meant[0])} instead`;
    mistakes.push(`the configuration file has an unknown setting ${JSON.stringify(name)}${hint}`);
  }
  const pairs = [
    ["metadata", "blobs"],
    ["metadata", "secretKey"],
    ["tlsCert", "tlsKey"],
    ["callbackKey", "callbackKeyUrl"],
    ["accessKeyId", "accessKeySecret"],
  ] as const;
  for (const [one, other] of pairs) {
    if ((out[one] === undefined) === (out[other] === undefined)) continue;
    if (malformed.has(one) || malformed.has(other)) continue; // it was set
    mistakes.push(`${nameOf(one)} and ${nameOf(other)} must be set together`);
  }
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  // Every setting with a fallback has been read. The others may be absent.
  return out as unknown as Configuration;
}

function find(
  { flags, env, file }: ConfigurationSources,
  name: string,
  setting: Setting<unknown>,
): [text: string | undefined, origin: string] {
  if (flags[name] !== undefined) return [flags[name], flagOf(name)];
  if (env[setting.env] !== undefined) return [env[setting.env], setting.env];
  const value = file[name];
  if (value !== undefined)
    return [fileText(value), `${JSON.stringify(name)} in the configuration file`];
  return [setting.fallback, flagOf(name)];
}

function fileText(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, item]) => `${key}=${String(item)}`)
    .join(",");
}

function nameOf(name: keyof Configuration): string {
  return settings[name].secret === true ? settings[name].env : flagOf(name);
}
