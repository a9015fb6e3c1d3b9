// What a verification finds.

/** Something that is not as it should be. */
export interface Finding {
  /** `damage` loses something; `leftover` only takes room. */
  readonly kind: "damage" | "leftover";
  /** What it is about, in words. */
  readonly subject: string;
  readonly problem: string;
}

/** Damage, one finding for each problem of a subject. */
export function damageOf(subject: string, problems: readonly string[]): readonly Finding[] {
  return problems.map((problem) => ({ kind: "damage", subject, problem }));
}
