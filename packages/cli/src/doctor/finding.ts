// What `ossicle doctor` finds.

/** How a finding is judged. A warning may be intended; a problem fails requests or loses data. */
export type Level = "ok" | "warning" | "problem";

/** One thing that was looked at. */
export interface Finding {
  readonly level: Level;
  /** What was looked at, in one or two words. */
  readonly subject: string;
  /** What was seen. */
  readonly seen: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Makes a finding that needs nothing done. */
export function ok(subject: string, seen: string): Finding {
  return { level: "ok", subject, seen };
}

/** Makes a finding about something that may be intended. */
export function warning(subject: string, seen: string, remedy: string): Finding {
  return { level: "warning", subject, seen, remedy };
}

/** Makes a finding about something that must be mended. */
export function problem(subject: string, seen: string, remedy: string): Finding {
  return { level: "problem", subject, seen, remedy };
}
