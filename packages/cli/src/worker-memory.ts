// How a worker's memory is managed below JavaScript. An operator's own settings win
// (docs/decisions/0016).
import { setFlagsFromString } from "node:v8";

/**
 * V8's space for new objects, in MiB. Its default of 16, three times, holds memory that small
 * requests do not need.
 */
const semiSpaceMiB = 4;

/**
 * How much V8's heap of older objects may grow before they are collected, in percent of those that
 * were in use. V8's own choice, up to 300, lets buffers of requests that have ended pile up.
 */
const heapGrowingPercent = 10;

/**
 * Settings of glibc's allocator: buffers of bodies go back to the system when they are freed, and
 * threads share one arena. Other allocators ignore them.
 */
const allocator = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "8192",
  MALLOC_MMAP_MAX_: "16384", // a quarter of the mappings that Linux allows a process
  MALLOC_TRIM_THRESHOLD_: "1048576",
} as const;

/** Arguments for Node. */
export function heapDefaults(env: NodeJS.ProcessEnv): readonly string[] {
  const given = [...process.execArgv, env["NODE_OPTIONS"] ?? ""].join(" ");
  return given.includes("semi-space-size") ? [] : [`--max-semi-space-size=${semiSpaceMiB}`];
}

/**
 * Sets what Node has no option for. A V8 without the flag prints a warning and continues, where an
 * unknown argument would end the process.
 */
export function limitHeapGrowth(): void {
  if (process.execArgv.some((argument) => argument.includes("heap-growing-percent"))) return;
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
}

/** Variables of a worker's environment. */
export function allocatorDefaults(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(allocator).filter(([name]) => env[name] === undefined));
}
