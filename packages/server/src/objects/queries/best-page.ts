// A page of objects in the order of a field: the first ones behind the token, however many match.
import { compareText } from "../records/compare-text.ts";
import { compareValues } from "./condition.ts";
import { type Field, fieldOf, invalidQuery, type SearchedObject } from "./fields.ts";

/** Which page. */
export interface PageQuestion {
  /** The name of a field; the key when absent. */
  readonly sort: string | undefined;
  readonly order: "asc" | "desc";
  readonly limit: number;
  /** What the page before has returned. */
  readonly nextToken: string | undefined;
}

/** A place in the order: the value of the field, then the key. */
type Place = readonly [value: string | number, key: string];

/** Gathers a page. It holds no more objects than the page has, and one. */
export class BestPage {
  readonly #question: PageQuestion;
  readonly #field: Field;
  readonly #after: Place | undefined;
  readonly #best: { readonly place: Place; readonly object: SearchedObject }[] = [];

  constructor(question: PageQuestion) {
    this.#question = question;
    this.#field = fieldOf(question.sort ?? "Filename");
    if (this.#field.isCounted !== true && this.#field.isNumber !== true) {
      throw invalidQuery(`files cannot be sorted by ${question.sort}`);
    }
    this.#after = readToken(question.nextToken);
  }

  /** Takes an object, in the order of the keys. Returns whether the page is complete. */
  take(object: SearchedObject): boolean {
    const { limit, sort } = this.#question;
    const place = [this.#field.of(object) ?? "", object.key] as const;
    if (this.#after !== undefined && this.#compare(place, this.#after) <= 0) return false;
    const best = this.#best;
    const at = best.findIndex((one) => this.#compare(place, one.place) < 0);
    if (at < 0 && best.length > limit) return false;
    best.splice(at < 0 ? best.length : at, 0, { place, object });
    if (best.length > limit + 1) best.pop();
    return sort === undefined && best.length > limit;
  }

  get objects(): readonly SearchedObject[] {
    return this.#best.slice(0, this.#question.limit).map(({ object }) => object);
  }

  /** Empty on the last page. */
  get nextToken(): string {
    const { limit } = this.#question;
    const last = this.#best[limit - 1];
    if (this.#best.length <= limit || last === undefined) return "";
    return Buffer.from(JSON.stringify(last.place)).toString("base64");
  }

  #compare([value, key]: Place, [other, otherKey]: Place): number {
    const order = compareValues(value, other);
    if (order === 0) return compareText(key, otherKey);
    return this.#question.order === "asc" ? order : -order;
  }
}

function readToken(token: string | undefined): Place | undefined {
  if (token === undefined || token === "") return undefined;
  try {
    const [value, key] = JSON.parse(Buffer.from(token, "base64").toString()) as Partial<Place>;
    const isValue = typeof value === "string" || typeof value === "number";
    if (isValue && typeof key === "string") return [value, key];
  } catch {
    // Not a token of this store
  }
  throw invalidQuery("NextToken is not one that was returned");
}
