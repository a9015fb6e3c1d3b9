// Shortens a value of a request for an error that quotes it.

/** Most characters of a value that an error quotes. OSS documents no limit; we chose 256. */
const maxShownCharacters = 256;

/** The beginning of a value, for an error's details. */
export function shownValue(value: string): string {
  return value.slice(0, maxShownCharacters);
}
