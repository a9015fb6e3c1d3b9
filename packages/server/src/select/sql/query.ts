// A parsed SQL statement. It is plain data, so that it can be sent to a thread.

/** A step of a path: a name, or an index of an array. */
export type Step = string | number;

/** Types that a CAST leads to. */
export type CastType = "int" | "double" | "decimal" | "string" | "bool" | "timestamp";

/** Operators between two operands. */
export type BinaryOperator =
  | "||"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">=";

/** An expression. Numbers are texts, so that no digit is lost. */
export type Expression =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "column"; readonly path: readonly Step[] }
  | {
      readonly kind: "cast";
      readonly of: Expression;
      readonly to: CastType;
      readonly format?: string;
    }
  | { readonly kind: "negate" | "not"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "and" | "or"; readonly parts: readonly Expression[] }
  | { readonly kind: "isNull"; readonly of: Expression }
  | {
      readonly kind: "between";
      readonly of: Expression;
      readonly from: Expression;
      readonly to: Expression;
    }
  | { readonly kind: "in"; readonly of: Expression; readonly list: readonly Expression[] }
  | {
      readonly kind: "like";
      readonly of: Expression;
      readonly pattern: string;
      readonly escape?: string;
    };

/** Functions over all rows. */
export type Aggregate = "avg" | "sum" | "max" | "min" | "count";

/** A selected value. */
export interface SelectItem {
  readonly aggregate?: Aggregate;
  /** Absent for `count(*)`. */
  readonly of?: Expression;
  readonly alias?: string;
}

/** A statement. */
export interface Query {
  /** Absent for `*`. */
  readonly items?: readonly SelectItem[];
  /** The path of the rows in a JSON document; `*` stands for every element. */
  readonly from: readonly (Step | { readonly wildcard: true })[];
  readonly where?: Expression;
  /** Most rows that are returned, or that aggregates cover. */
  readonly limit?: number;
}
