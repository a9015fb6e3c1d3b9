// Where a listing goes on.

/**
 * Whether a marker is a rolled-up prefix: then the listing goes on behind all that it stands for.
 */
export function isCommonPrefix(
  marker: string,
  { prefix, delimiter }: { readonly prefix: string; readonly delimiter: string },
): boolean {
  return (
    delimiter !== "" &&
    marker.length > prefix.length &&
    marker.startsWith(prefix) &&
    marker.endsWith(delimiter)
  );
}
