// What a verification finds.

/** A problem that a verification found. */
export interface Finding {
  /** `damage` means that something is lost or broken; `leftover` only takes room. */
  readonly kind: "damage" | "leftover";
  /** What it is about, in words. */
  readonly subject: string;
  readonly problem: string;
}

/** Damage, one finding for each problem of a subject. */
export function damageOf(subject: string, problems: readonly string[]): readonly Finding[] {
  return problems.map((problem) => ({ kind: "damage", subject, problem }));
}
