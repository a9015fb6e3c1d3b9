// Makes untrusted text safe for a terminal, which control characters and invisible characters could
// manipulate.

/** Escapes such characters as JSON does, so that JSON text stays valid JSON. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) =>
    one
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
