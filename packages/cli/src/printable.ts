// Text that strangers have chosen, for a terminal: control characters and invisible ones must not
// steer it.

/** The text with such characters escaped as in JSON: JSON stays JSON. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) =>
    one
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
