// Splits a SQL statement into tokens.
import { OssError } from "@ossicle/protocol";

/** A token and where it begins. */
export interface Token {
  readonly kind: "name" | "text" | "number" | "symbol" | "end";
  /** Without quotes. */
  readonly text: string;
  readonly at: number;
}

const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const symbol = /<=|>=|<>|!=|==|\|\||[=<>+\-*/%(),.[\]]/y;

/**
 * Splits a statement. Throws SqlSyntaxError for a character that begins no token. A quote that
 * opens nothing at the end is ignored, as OSS does (tests of four SDKs).
 */
export function tokensOf(statement: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(statement)?.[0];
  };
  while (at < statement.length) {
    const character = statement.charAt(at);
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    if (character === "'" || character === '"') {
      if (statement.slice(at + 1).trim() === "") break;
      const { text, end } = readQuoted(statement, at);
      tokens.push({ kind: "text", text, at });
      at = end;
      continue;
    }
    const found = (["number", "name", "symbol"] as const)
      .map((kind) => ({ kind, text: match({ number, name, symbol }[kind]) }))
      .find(({ text }) => text !== undefined);
    if (found?.text === undefined) throw syntaxError(`unexpected ${character}`, at);
    tokens.push({ kind: found.kind, text: found.text, at });
    at += found.text.length;
  }
  tokens.push({ kind: "end", text: "", at });
  return tokens;
}

// A quote inside is written twice.
function readQuoted(statement: string, from: number): { text: string; end: number } {
  const quote = statement.charAt(from);
  let text = "";
  for (let at = from + 1; at < statement.length; at += 1) {
    const character = statement.charAt(at);
    if (character !== quote) text += character;
    else if (statement.charAt(at + 1) === quote) {
      text += quote;
      at += 1;
    } else return { text, end: at + 1 };
  }
  throw syntaxError("a text has no end", from);
}

/** SqlSyntaxError at a place of the statement. */
export function syntaxError(problem: string, at: number): OssError<"SqlSyntaxError"> {
  const message = `The SQL expression has a syntax error at character ${at + 1}: ${problem}.`;
  return new OssError("SqlSyntaxError", {}, { message });
}
