// Limits of statements (SelectObject limits).

/** Longest statement, in bytes (SelectObject limits: 16 KB). */
export const maxStatementBytes = 16_384;

/** Most nested expressions, with the outermost one (SelectObject limits). */
export const maxDepth = 10;

/** Most conditions (SelectObject limits). */
export const maxConditions = 20;

/** Longest pattern of LIKE, in characters. OSS documents no limit; this one bounds its time. */
export const maxPatternLength = 1_024;

/** Most wildcards of a pattern of LIKE (SelectObject limits). */
export const maxWildcards = 5;

/** Most operators of one statement. OSS documents no limit; this one bounds the time of a row. */
export const maxOperators = 500;

/** Most selected columns (SelectObject limits). */
export const maxItems = 1_000;

/**
 * Longest text that a row makes, and longest result of the rows that are read at a time, in
 * characters. OSS documents no such limit; this one bounds the memory of a query.
 */
export const maxOutputLength = 4_194_304;

/** Most values after IN (SelectObject limits). */
export const maxInValues = 1_024;
