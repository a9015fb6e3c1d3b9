// Limits of statements (SelectObject limits).

/** Longest statement, in bytes (SelectObject limits: 16 KB). */
export const maxStatementBytes = 16_384;

/** Most nested expressions, and most conditions (SelectObject limits). */
export const maxDepth = 10;
export const maxConditions = 20;

/**
 * Longest pattern of LIKE, and most wildcards in it. The number of wildcards is OSS's; the length
 * bounds the time that a pattern takes.
 */
export const maxPatternLength = 1_024;
export const maxWildcards = 5;

/** Most operators of one statement, which are evaluated one inside the other. */
export const maxOperators = 500;

/** Most values after IN (SelectObject limits). */
export const maxInValues = 1_024;
