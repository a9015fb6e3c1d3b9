// The type of a setting, and functions that read a setting's text. Each of them throws a RangeError
// that says what it expected.
import { availableParallelism } from "node:os";
import { isBucketName } from "@ossicle/protocol";
import ipaddr from "ipaddr.js";

/** How one setting is read. */
export interface Setting<T> {
  /** What follows the flag in help texts; absent for an environment-only setting. */
  readonly placeholder?: string;
  readonly env: string;
  readonly description: string;
  readonly fallback?: string;
  /** Reads the text. Throws RangeError that says what is expected. */
  readonly read: (text: string) => T;
  /** Its text may hold a password, so that errors do not repeat it. */
  readonly isHidden?: true;
  /** Secrets have no flag: other users of the machine can see its command lines. */
  readonly secret?: true;
}

/** A domain name, in lower case. */
export const domainName: RegExp = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

/** The parts of a comma-separated list. */
export const list = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** A text that fits a pattern. */
export function matching(text: string, pattern: RegExp, expected: string): string {
  if (!pattern.test(text)) throw new RangeError(`expected ${expected}`);
  return text;
}

/** One of a few words. */
export function oneWord<const T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) {
      throw new RangeError(`expected ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
    }
    return found;
  };
}

/** A number of processes. */
export function readWorkers(text: string): number {
  // More than two workers measured no faster: LMDB has one writer (docs/decisions/0006).
  if (text === "auto") return Math.min(availableParallelism(), 2);
  const count = wholeNumber(text, 1, 64);
  if (count === undefined) throw new RangeError("expected auto or a whole number from 1 to 64");
  return count;
}

/** A whole number within bounds. */
export function integerBetween(text: string, min: number, max: number): number {
  const value = wholeNumber(text, min, max);
  if (value === undefined) throw new RangeError(`expected a whole number from ${min} to ${max}`);
  return value;
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
}

/** A port. */
export function portNumber(text: string): number {
  return integerBetween(text, 0, 65_535);
}

/** A URL without a slash at its end. */
export function readUrl(text: string): string {
  if (!/^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : "")) {
    throw new RangeError("expected an http or https URL");
  }
  return text.replace(/\/$/, "");
}

/** A network. */
export function readCidr(text: string): string {
  try {
    ipaddr.parseCIDR(text);
  } catch {
    throw new RangeError("expected networks such as 10.0.0.0/8");
  }
  return text;
}

/** Pairs of domain and bucket. */
export function readDomainMap(text: string): ReadonlyMap<string, string> {
  return new Map(
    list(text).map((pair) => {
      const [domain = "", bucket = ""] = pair.split("=", 2);
      if (!domainName.test(domain.toLowerCase()) || !isBucketName(bucket)) {
        throw new RangeError("expected domain=bucket pairs");
      }
      return [domain.toLowerCase(), bucket];
    }),
  );
}
