// Aggregations over the objects that match.
import type { Aggregation, AggregationResult } from "@ossicle/protocol";
import { type Field, fieldOf, invalidQuery, type SearchedObject } from "./fields.ts";

/** Most different values of a field that `distinct` and `group` count (the limit is ours). */
const maxValues = 10_000;

/** Counts while the objects pass. Throws InvalidArgument for a function that a field has not. */
export class Figures {
  readonly #all: readonly Figure[];

  constructor(aggregations: readonly Aggregation[]) {
    this.#all = aggregations.map((aggregation) => new Figure(aggregation));
  }

  take(object: SearchedObject): void {
    for (const figure of this.#all) figure.take(object);
  }

  /** In the order of the aggregations. */
  results(): readonly AggregationResult[] {
    return this.#all.map((figure) => figure.result());
  }
}

class Figure {
  readonly #asked: Aggregation;
  readonly #field: Field;
  readonly #counts = new Map<string, number>();
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(asked: Aggregation) {
    this.#asked = asked;
    this.#field = fieldOf(asked.field);
    const { isNumber, isCounted } = this.#field;
    const isOfNumbers = ["min", "max", "average", "sum"].includes(asked.operation);
    if (isOfNumbers ? isNumber !== true : isCounted !== true) {
      throw invalidQuery(`the field ${asked.field} has no ${asked.operation}`);
    }
  }

  take(object: SearchedObject): void {
    const value = this.#field.of(object);
    if (value === undefined) return;
    this.#count += 1;
    if (typeof value === "number") {
      this.#sum += value;
      this.#min = Math.min(this.#min, value);
      this.#max = Math.max(this.#max, value);
    }
    const { operation } = this.#asked;
    if (operation !== "distinct" && operation !== "group") return;
    const text = String(value);
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
    if (this.#counts.size > maxValues) {
      throw invalidQuery(`the field ${this.#asked.field} has more than ${maxValues} values`);
    }
  }

  result(): AggregationResult {
    const { field, operation } = this.#asked;
    if (operation === "group") {
      const group = [...this.#counts].map(([value, count]) => ({ value, count }));
      return { field, operation, groups: { group } };
    }
    return { field, operation, value: this.#value() };
  }

  #value(): number {
    if (this.#count === 0) return 0;
    switch (this.#asked.operation) {
      case "min":
        return this.#min;
      case "max":
        return this.#max;
      case "sum":
        return this.#sum;
      case "average":
        return this.#sum / this.#count;
      case "distinct":
        return this.#counts.size;
      default:
        return this.#count;
    }
  }
}
