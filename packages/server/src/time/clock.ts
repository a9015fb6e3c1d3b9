// Time comes in as a parameter, so that tests can set it.

/** Wall-clock milliseconds since 1970. */
export type Clock = () => number;
