// Reads the rows of a JSON object piece by piece, by @streamparser/json (docs/decisions/0031). The
// rows are the values of `LINES`, or those to which the path after FROM leads.
import { errorMessage } from "@ossicle/store";
import { OssError } from "@ossicle/protocol";
import { Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { EnoughRows } from "./enough-rows.ts";
import { type JsonForm, maxRowLength } from "./select-plan.ts";
import type { Query } from "./sql/query.ts";
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

/** Numbers keep their digits. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    return new JsonNumber(text) as unknown as number; // the library only passes it on
  }
}

/** Reads rows. Every row is passed on as soon as it is complete. */
export class JsonRows {
  readonly #form: JsonForm;
  readonly #from: Query["from"];
  readonly #onRow: (row: JsonRow) => void;
  readonly #tokenizer = new ExactTokenizer({ separator: "" });
  readonly #parser: TokenParser;
  #fedBytes = 0;
  #tokenAt = 0;
  #rowAt = 0;
  #depth = 0;
  #lines = 0;
  #failure: unknown;

  constructor(form: JsonForm, from: Query["from"], onRow: (row: JsonRow) => void) {
    this.#form = form;
    this.#from = from;
    this.#onRow = onRow;
    // Every value of the rows' depth is taken out, so that the others are not kept in memory.
    const path = `$${".*".repeat(from.length)}`;
    this.#parser = new TokenParser({ separator: "", paths: [path], keepStack: false });
    this.#parser.onValue = ({ value, stack, key }) => {
      const keys = stack.length === 0 ? [] : [...stack.slice(1).map((one) => one.key), key];
      if (this.#failure === undefined && isPath(keys, from)) this.#pass(value);
    };
    this.#tokenizer.onToken = (token) => this.#take(token);
    this.#tokenizer.onError = (cause) => this.#fail(cause);
    this.#parser.onError = (cause) => this.#fail(cause);
  }

  /** Reads bytes. Throws InvalidJsonData, JsonNodeExceedsMaxSize, and what `onRow` throws. */
  feed(bytes: Uint8Array): void {
    this.#tokenizer.write(bytes);
    this.#fedBytes += bytes.length;
    if (this.#fedBytes - this.#tokenAt > maxRowLength.json + bytes.length) this.#fail(tooLarge());
    this.#throwFailure();
  }

  /** Ends the object, and returns the number of top-level values. Throws as `feed` does. */
  finish(): number {
    if (!this.#tokenizer.isEnded) this.#tokenizer.end();
    if (this.#depth > 0) this.#fail(new Error("the object ends within a value"));
    this.#throwFailure();
    return this.#lines;
  }

  #take(token: Token): void {
    if (this.#failure !== undefined) return;
    const kind = token.token;
    this.#tokenAt = token.offset;
    if (this.#depth === 0) {
      // Values may be separated by commas.
      if (kind === TokenType.COMMA && this.#form.type === "lines") return;
      if (this.#form.type === "document" && this.#lines > 0) {
        return this.#fail(new Error("there is a second value after the document"));
      }
    }
    const { value } = token;
    if (typeof value === "string" && value.length > maxRowLength.json) {
      return this.#fail(tooLarge());
    }
    if (this.#depth === this.#from.length) this.#rowAt = token.offset;
    else if (this.#depth > this.#from.length && token.offset - this.#rowAt > maxRowLength.json) {
      return this.#fail(tooLarge());
    }
    if (kind === TokenType.LEFT_BRACE || kind === TokenType.LEFT_BRACKET) this.#depth += 1;
    if (kind === TokenType.RIGHT_BRACE || kind === TokenType.RIGHT_BRACKET) this.#depth -= 1;
    this.#parser.write(token);
    if (this.#depth === 0) this.#lines += 1;
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

  #throwFailure(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    if (failure instanceof OssError || failure instanceof EnoughRows) throw failure;
    const options = { message: `Invalid value: ${errorMessage(failure)}.`, cause: failure };
    throw new OssError("InvalidJsonData", {}, options);
  }
}

function isPath(path: readonly unknown[], from: Query["from"]): boolean {
  return (
    path.length === from.length &&
    from.every((step, at) => typeof step === "object" || step === path[at])
  );
}

function tooLarge(): OssError<"JsonNodeExceedsMaxSize"> {
  const message = `A JSON value is larger than ${maxRowLength.json} bytes.`;
  return new OssError("JsonNodeExceedsMaxSize", {}, { message });
}
