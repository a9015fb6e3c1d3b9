// A place in a list of tokens.
import { syntaxError, type Token } from "./tokens.ts";

/** Reads tokens one after the other. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Takes a text. Throws SqlSyntaxError for another token. */
  protected text(problem: string): string {
    const { kind, text, at } = this.take();
    if (kind !== "text") throw syntaxError(problem, at);
    return text;
  }

  /** The next token, or one after it. */
  protected peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? { kind: "end", text: "", at: 0 };
  }

  /** Takes the next token. */
  protected take(): Token {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  /** Takes a word, in any case, if it is the next token. */
  protected takeWord(word: string): boolean {
    const { kind, text } = this.peek();
    if (kind !== "name" || text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  /** Takes a symbol if it is the next token. */
  protected takeSymbol(symbol: string): boolean {
    const { kind, text } = this.peek();
    if (kind !== "symbol" || text !== symbol) return false;
    this.#next += 1;
    return true;
  }

  /** Takes one of some symbols if it is the next token. */
  protected takeOneOf<T extends string>(symbols: readonly T[]): T | undefined {
    return symbols.find((symbol) => this.takeSymbol(symbol));
  }

  /** Takes a word. Throws SqlSyntaxError for another token. */
  protected expectWord(word: string): void {
    if (this.takeWord(word)) return;
    throw syntaxError(`${word.toUpperCase()} is missing`, this.peek().at);
  }

  /** Takes a symbol. Throws SqlSyntaxError for another token. */
  protected expectSymbol(symbol: string): void {
    if (this.takeSymbol(symbol)) return;
    throw syntaxError(`${symbol} is missing`, this.peek().at);
  }
}
