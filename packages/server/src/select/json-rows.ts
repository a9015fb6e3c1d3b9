// Reads the rows of a JSON object piece by piece, by @streamparser/json (docs/decisions/0031). The
// rows are the values of `LINES`, or those to which the path after FROM leads. Other values are
// skipped, so that they take no memory.
import { OssError } from "@ossicle/protocol";
import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { EnoughRows } from "./enough-rows.ts";
import { type JsonForm, maxRowLength } from "./select-plan.ts";
import type { Query, Step } from "./sql/query.ts";
import { JsonNumber } from "./sql/values.ts";

type Token = Parameters<Tokenizer["onToken"]>[0];

/** A value, and where it is. */
export interface JsonRow {
  readonly value: unknown;
  /** The number of the top-level value that it is in. */
  readonly line: number;
  /** Bytes of the object up to the end of the value. */
  readonly end: number;
}

/** Deepest nesting of a value. OSS documents no limit; this one protects the stack. */
const maxDepth = 500;

/** Numbers keep their digits. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    return new JsonNumber(text) as unknown as number; // the library only passes it on
  }
}

/** An object or array that is being read. */
interface Level {
  readonly isArray: boolean;
  /** The key or index of the member that is being read. */
  at: Step;
  /** Whether a string is a key. */
  wantsKey: boolean;
}

const opens: ReadonlySet<TokenType> = new Set([TokenType.LEFT_BRACE, TokenType.LEFT_BRACKET]);
const closes: ReadonlySet<TokenType> = new Set([TokenType.RIGHT_BRACE, TokenType.RIGHT_BRACKET]);

/** Reads rows. Every row is passed on as soon as it is complete. */
export class JsonRows {
  readonly #form: JsonForm;
  readonly #from: Query["from"];
  readonly #onRow: (row: JsonRow) => void;
  readonly #tokenizer = new ExactTokenizer({ separator: "" });
  readonly #parser: TokenParser;
  readonly #levels: Level[] = [];
  /** How many levels deep a value is that is skipped; 0 while none is. */
  #skipped = 0;
  #fedBytes = 0;
  #tokenAt = 0;
  #rowAt = 0;
  #lines = 0;
  #failure: unknown;

  constructor(form: JsonForm, from: Query["from"], onRow: (row: JsonRow) => void) {
    this.#form = form;
    this.#from = from;
    this.#onRow = onRow;
    const path = `$${".*".repeat(from.length)}`;
    this.#parser = new TokenParser({ separator: "", paths: [path], keepStack: false });
    this.#parser.onValue = ({ value }) => {
      if (this.#failure === undefined && this.#isOnPath(from.length)) this.#pass(value);
    };
    this.#tokenizer.onToken = (token) => this.#take(token);
    this.#tokenizer.onError = (cause) => this.#fail(cause);
    this.#parser.onError = (cause) => this.#fail(cause);
  }

  /** Reads bytes. Throws InvalidJsonData, JsonNodeExceedsMaxSize, and what `onRow` throws. */
  feed(bytes: Uint8Array): void {
    this.#tokenizer.write(bytes);
    this.#fedBytes += bytes.length;
    // White space is no part of a token.
    if (bytes.every((byte) => byte <= 0x20)) this.#tokenAt = this.#fedBytes;
    if (this.#fedBytes - this.#tokenAt > maxRowLength.json + bytes.length) this.#fail(tooLarge());
    this.#throwFailure();
  }

  /** Ends the object, and returns the number of top-level values. Throws as `feed` does. */
  finish(): number {
    if (!this.#tokenizer.isEnded) this.#tokenizer.end();
    if (this.#levels.length > 0 || this.#skipped > 0) this.#fail(new Error("a value has no end"));
    this.#throwFailure();
    return this.#lines;
  }

  #take(token: Token): void {
    if (this.#failure !== undefined) return;
    const { token: kind, value, offset } = token;
    this.#tokenAt = offset;
    if (typeof value === "string" && value.length > maxRowLength.json)
      return this.#fail(tooLarge());
    if (this.#skipped > 0) return this.#skipOn(token);
    const level = this.#levels.at(-1);
    if (level === undefined) {
      // Values may be separated by commas.
      if (kind === TokenType.COMMA && this.#form.type === "lines") return;
      if (this.#form.type === "document" && this.#lines > 0) {
        return this.#fail(new Error("there is a second value"));
      }
    } else if (level.wantsKey && kind === TokenType.STRING) {
      level.wantsKey = false;
      level.at = String(value);
      return this.#parser.write(token);
    } else if (kind === TokenType.COMMA) {
      if (level.isArray) level.at = Number(level.at) + 1;
      else level.wantsKey = true;
    }
    const depth = this.#levels.length;
    if (opens.has(kind)) this.#open(token, depth);
    else if (closes.has(kind)) {
      this.#levels.pop();
      this.#parser.write(token);
    } else {
      if (depth === this.#from.length) this.#rowAt = offset;
      this.#parser.write(token);
    }
    if (depth > this.#from.length && offset - this.#rowAt > maxRowLength.json) {
      this.#fail(tooLarge());
    }
    if (this.#levels.length === 0 && this.#skipped === 0) this.#lines += 1;
  }

  #open(token: Token, depth: number): void {
    if (depth >= maxDepth) return this.#fail(new Error("values are nested too deep"));
    if (depth > 0 && depth <= this.#from.length && !this.#isOnPath(depth)) {
      this.#skipped = 1;
      return;
    }
    if (depth === this.#from.length) this.#rowAt = token.offset;
    const isArray = token.token === TokenType.LEFT_BRACKET;
    this.#levels.push({ isArray, at: isArray ? 0 : "", wantsKey: !isArray });
    this.#parser.write(token);
  }

  // A value that is skipped is null for the parser.
  #skipOn(token: Token): void {
    if (opens.has(token.token)) this.#skipped += 1;
    else if (closes.has(token.token)) this.#skipped -= 1;
    if (this.#skipped > 0) return;
    this.#parser.write({ ...token, token: TokenType.NULL, value: null });
  }

  #isOnPath(depth: number): boolean {
    if (this.#levels.length < depth) return false;
    return this.#from.slice(0, depth).every((step, at) => {
      return typeof step === "object" || step === this.#levels[at]?.at;
    });
  }

  #pass(value: unknown): void {
    try {
      this.#onRow({ value, line: this.#lines, end: this.#tokenAt + 1 });
    } catch (cause) {
      this.#fail(cause);
    }
  }

  // The library goes on after an error, so the first one is kept.
  #fail(cause: unknown): void {
    this.#failure ??= cause;
  }

  // The message does not quote the object: a caller of CreateSelectObjectMeta may not read it.
  #throwFailure(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    if (failure instanceof OssError || failure instanceof EnoughRows) throw failure;
    const message = `Invalid value. The current offset is ${this.#tokenAt}.`;
    throw new OssError("InvalidJsonData", {}, { message, cause: failure });
  }
}

function tooLarge(): OssError<"JsonNodeExceedsMaxSize"> {
  const message = `A JSON value is larger than ${maxRowLength.json} bytes.`;
  return new OssError("JsonNodeExceedsMaxSize", {}, { message });
}
