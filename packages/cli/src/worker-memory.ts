// How a worker's memory is managed below JavaScript. Whatever an operator sets stands
// (docs/decisions/0016).

/**
 * V8's space for new objects, in MiB. Its default of 16, three times, holds memory that small
 * requests do not need.
 */
const semiSpaceMiB = 4;

/**
 * Settings of glibc's allocator: buffers of bodies go back to the system when they are freed, and
 * threads share one arena. Other allocators do not know them.
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

/** Variables of a worker's environment. */
export function allocatorDefaults(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(allocator).filter(([name]) => env[name] === undefined));
}
