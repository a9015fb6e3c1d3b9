// The names of objects in an archive.

/**
 * The name of a key in an archive. It must not lead out of the folder in which the archive is
 * unpacked, on any system: backslashes and colons separate paths on some.
 */
export function archiveName(key: string): string {
  return key
    .split("/")
    .map((part) => part.replaceAll(/[\\:\p{Cc}]/gu, "_"))
    .map((part) => (/^\.{0,2}$/.test(part) ? "_" : part))
    .join("/");
}
