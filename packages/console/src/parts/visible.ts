// Makes characters visible that change how text is drawn.

/**
 * Replaces control and format characters, such as those that reverse the direction of text, by
 * their code points, so that a key cannot look like another one.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `\u27E8U+${code}\u27E9`;
  });
}
