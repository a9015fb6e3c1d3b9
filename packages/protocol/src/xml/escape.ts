// Escapes text for XML. Control characters become numeric references: keys may contain them, and
// SDKs send them in this form.

/** Text as element content. */
export function escapeXml(value: string): string {
  return /[&<>\u0000-\u001f]/.test(value)
    ? value.replace(/[&<>\u0000-\u001f]/g, replacement)
    : value;
}

function replacement(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    default:
      return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  }
}
