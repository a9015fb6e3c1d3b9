// Settings of V8 and of the allocator that keep a worker's memory small. An operator's own settings
// override them (docs/decisions/0016).
import { setFlagsFromString } from "node:v8";

/**
 * How much V8's heap of older objects may grow before the next collection, in percent of the
 * objects in use. With V8's own choice, up to 300, the buffers of finished requests pile up.
 */
const heapGrowingPercent = 50;

/**
 * Settings of glibc's allocator. Buffers of 128 KiB or more are mapped singly and return to the
 * system when they are freed. Smaller ones, such as the 64 KiB chunks from sockets, are not:
 * mapping each took a tenth of an upload's time. All threads share one arena. Other allocators
 * ignore the settings.
 */
const allocator = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "131072",
  MALLOC_MMAP_MAX_: "16384", // a quarter of the mappings that Linux allows a process
  MALLOC_TRIM_THRESHOLD_: "1048576",
} as const;

/**
 * Sets a flag of V8 for which Node has no option. A V8 without the flag prints a warning and
 * continues. As an argument of Node, an unknown flag would end the process.
 */
export function limitHeapGrowth(): void {
  if (process.execArgv.some((argument) => argument.includes("heap-growing-percent"))) return;
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
}

/** Variables for a worker's environment, except those that the operator has set. */
export function allocatorDefaults(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(allocator).filter(([name]) => env[name] === undefined));
}
