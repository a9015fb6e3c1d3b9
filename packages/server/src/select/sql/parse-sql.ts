// Parses the SQL of SelectObject (SelectObject documentation, SQL statements). The grammar, where
// words count in any case:
//
//   query      = SELECT ( "*" | item { "," item } ) FROM OSSOBJECT table-path [ alias ]
//                [ WHERE or ] [ LIMIT number ]
//   item       = ( aggregate | column | cast ) { [ AS ] name }
//   aggregate  = ( AVG | SUM | MAX | MIN | COUNT ) "(" ( "*" | column | cast ) ")"
//   table-path = { "." key | "[" ( number | text | "*" ) "]" }
//   or         = and { OR and }
//   and        = not { AND not }
//   not        = NOT not | predicate
//   predicate  = sum [ comparison sum | [ NOT ] BETWEEN sum AND sum
//              | [ NOT ] IN "(" or { "," or } ")" | [ NOT ] LIKE text [ ESCAPE text ]
//              | IS [ NOT ] NULL ]
//   comparison = "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">="
//   sum        = product { ( "+" | "-" | "||" ) product }
//   product    = factor { ( "*" | "/" | "%" ) factor }
//   factor     = "-" factor | "(" or ")" | text | number | TRUE | FALSE | NULL | cast | column
//   cast       = CAST "(" or AS type [ FORMAT text ] ")"
//   column     = name { "." key | "[" ( number | text ) "]" }
//   key        = name | text
import { OssError } from "@ossicle/protocol";
import {
  maxConditions,
  maxDepth,
  maxInValues,
  maxItems,
  maxOperators,
  maxPatternLength,
  maxStatementBytes,
  maxWildcards,
} from "./limits.ts";
import type {
  Aggregate,
  BinaryOperator,
  CastType,
  Expression,
  Query,
  SelectItem,
  Step,
} from "./query.ts";
import { TokenCursor } from "./token-cursor.ts";
import { syntaxError, tokensOf } from "./tokens.ts";
import { isNumber } from "./values.ts";
import { withoutTable } from "./without-table.ts";

const castTypes: ReadonlyMap<string, CastType> = new Map([
  ["int", "int"],
  ["integer", "int"],
  ["bigint", "int"],
  ["double", "double"],
  ["float", "double"],
  ["decimal", "decimal"],
  ["string", "string"],
  ["varchar", "string"],
  ["bool", "bool"],
  ["boolean", "bool"],
  ["timestamp", "timestamp"],
]);

const comparisons: ReadonlyMap<string, BinaryOperator> = new Map([
  ["=", "="],
  ["==", "="],
  ["!=", "!="],
  ["<>", "!="],
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
]);

const aggregates: ReadonlySet<string> = new Set(["avg", "sum", "max", "min", "count"]);

/** Words that end a list of items or a path, and so are no alias. */
const clauses: ReadonlySet<string> = new Set([
  "from",
  "where",
  "limit",
  "group",
  "order",
  "having",
]);

/**
 * Parses a statement. Throws InvalidSqlParameter for one that is empty or too long, SqlSyntaxError,
 * SqlUnsupportedSql, and errors about what may be selected together.
 */
export function parseSql(statement: string): Query {
  if (statement.trim() === "") throw new OssError("InvalidSqlParameter");
  if (Buffer.byteLength(statement) > maxStatementBytes) {
    throw new OssError("InvalidSqlParameter", {}, { ec: "0016-00000825" });
  }
  return new SqlParser(tokensOf(statement)).query();
}

class SqlParser extends TokenCursor {
  #depth = 0;
  #operators = 0;
  #conditions = 0;

  query(): Query {
    this.expectWord("select");
    const items = this.takeSymbol("*") ? undefined : this.#items();
    if (items === undefined && this.takeSymbol(",")) {
      throw new OssError("SqlInvalidMixOfStarAndColumn");
    }
    this.expectWord("from");
    this.expectWord("ossobject");
    const from = this.#tablePath();
    const alias = this.#alias();
    const where = this.takeWord("where") ? this.#or() : undefined;
    const limit = this.takeWord("limit") ? this.#limit() : undefined;
    const { kind, text, at } = this.peek();
    if (kind === "name" && /^(?:group|order|having|join|inner|left|union)$/i.test(text)) {
      throw unsupported(text.toUpperCase());
    }
    if (kind !== "end") throw syntaxError(`${text} is not expected`, at);
    const names = new Set(["ossobject", ...(alias === undefined ? [] : [alias.toLowerCase()])]);
    const relative = (one: Expression): Expression => withoutTable(one, names);
    return {
      ...(items === undefined
        ? {}
        : { items: items.map((item) => ({ ...item, ...(item.of && { of: relative(item.of) }) })) }),
      from,
      ...(where === undefined ? {} : { where: relative(where) }),
      ...(limit === undefined ? {} : { limit }),
    };
  }

  #items(): readonly SelectItem[] {
    const items = [this.#item()];
    while (this.takeSymbol(",")) {
      if (this.takeSymbol("*")) throw new OssError("SqlInvalidMixOfStarAndColumn");
      items.push(this.#item());
      if (items.length > maxItems) throw unsupported(`more than ${maxItems} columns`);
    }
    const ofAll = items.filter(({ aggregate }) => aggregate !== undefined).length;
    if (ofAll > 0 && ofAll < items.length) {
      throw new OssError("SqlInvalidMixOfAggregationAndColumn");
    }
    return items;
  }

  #item(): SelectItem {
    const item = this.#aggregate() ?? { of: this.#selected() };
    const alias = this.#alias();
    return alias === undefined ? item : { ...item, alias };
  }

  #aggregate(): SelectItem | undefined {
    const { kind, text } = this.peek();
    const name = text.toLowerCase();
    if (kind !== "name" || !aggregates.has(name) || this.peek(1).text !== "(") return undefined;
    this.take();
    this.take();
    const aggregate = name as Aggregate; // just looked up
    if (aggregate === "count" && this.takeSymbol("*")) {
      this.expectSymbol(")");
      return { aggregate };
    }
    const of = this.#selected();
    this.expectSymbol(")");
    return { aggregate, of };
  }

  // A column or a cast: OSS selects nothing else.
  #selected(): Expression {
    const { at } = this.peek();
    const found = this.#factor();
    if (found.kind !== "column" && found.kind !== "cast") {
      throw syntaxError("only columns, casts and aggregates can be selected", at);
    }
    return found;
  }

  // Of several aliases, the last one counts (tests of four SDKs).
  #alias(): string | undefined {
    let alias: string | undefined;
    for (;;) {
      const isNamed = this.takeWord("as");
      const { kind, text, at } = this.peek();
      if (kind !== "name" || (!isNamed && clauses.has(text.toLowerCase()))) {
        if (isNamed) throw syntaxError("a name is missing after AS", at);
        return alias;
      }
      this.take();
      alias = text;
    }
  }

  #tablePath(): Query["from"] {
    const path: (Step | { readonly wildcard: true })[] = [];
    for (;;) {
      if (this.takeSymbol(".")) path.push(this.#key());
      else if (this.takeSymbol("[")) {
        path.push(this.takeSymbol("*") ? { wildcard: true } : this.#index());
        this.expectSymbol("]");
      } else return path;
    }
  }

  #limit(): number {
    const { kind, text, at } = this.take();
    const value = Number(text);
    if (kind !== "number" || !Number.isSafeInteger(value)) {
      throw syntaxError("LIMIT needs a whole number", at);
    }
    if (value < 1) throw new OssError("SqlInvalidLimitValue");
    return value;
  }

  #or(): Expression {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw unsupported("so deep a nesting");
    const parts = [this.#and()];
    while (this.takeWord("or")) parts.push(this.#and());
    this.#depth -= 1;
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : { kind: "or", parts };
  }

  #and(): Expression {
    const parts = [this.#not()];
    while (this.takeWord("and")) parts.push(this.#not());
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : { kind: "and", parts };
  }

  #not(): Expression {
    let isNegated = false;
    while (this.takeWord("not")) isNegated = !isNegated;
    const of = this.#predicate();
    return isNegated ? { kind: "not", of } : of;
  }

  #predicate(): Expression {
    const of = this.#sum();
    const { kind, text } = this.peek();
    const operator = kind === "symbol" ? comparisons.get(text) : undefined;
    if (operator !== undefined) {
      this.#condition();
      this.take();
      return this.#binary(operator, of, this.#sum());
    }
    if (this.takeWord("is")) {
      const isNegated = this.takeWord("not");
      this.expectWord("null");
      const test: Expression = { kind: "isNull", of };
      return isNegated ? { kind: "not", of: test } : test;
    }
    const isNegated = this.takeWord("not");
    this.#condition();
    const test = this.#range(of) ?? this.#list(of) ?? this.#like(of);
    if (test === undefined) {
      if (isNegated) throw syntaxError("NOT must be before a condition", this.peek().at);
      this.#conditions -= 1;
      return of;
    }
    return isNegated ? { kind: "not", of: test } : test;
  }

  #condition(): void {
    this.#conditions += 1;
    if (this.#conditions > maxConditions)
      throw unsupported(`more than ${maxConditions} conditions`);
  }

  #range(of: Expression): Expression | undefined {
    if (!this.takeWord("between")) return undefined;
    const from = this.#sum();
    this.expectWord("and");
    return { kind: "between", of, from, to: this.#sum() };
  }

  #list(of: Expression): Expression | undefined {
    if (!this.takeWord("in")) return undefined;
    this.expectSymbol("(");
    const list = [this.#or()];
    while (this.takeSymbol(",")) list.push(this.#or());
    this.expectSymbol(")");
    if (list.length > maxInValues) throw unsupported(`IN with more than ${maxInValues} values`);
    return { kind: "in", of, list };
  }

  #like(of: Expression): Expression | undefined {
    if (!this.takeWord("like")) return undefined;
    const pattern = this.text("LIKE needs a text");
    if (pattern.length > maxPatternLength) {
      throw unsupported(`a pattern of more than ${maxPatternLength} characters`);
    }
    if ((pattern.match(/[%*]+/g) ?? []).length > maxWildcards) {
      throw unsupported(`more than ${maxWildcards} wildcards`);
    }
    if (!this.takeWord("escape")) return { kind: "like", of, pattern };
    const { at } = this.peek();
    const escape = this.text("ESCAPE needs a text");
    if (Array.from(escape).length !== 1) throw syntaxError("ESCAPE needs one character", at);
    return { kind: "like", of, pattern, escape };
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const operator = this.takeOneOf(["+", "-", "||"]);
      if (operator === undefined) return left;
      left = this.#binary(operator, left, this.#product());
    }
  }

  #product(): Expression {
    let left = this.#factor();
    for (;;) {
      const operator = this.takeOneOf(["*", "/", "%"]);
      if (operator === undefined) return left;
      left = this.#binary(operator, left, this.#factor());
    }
  }

  #binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
    this.#operators += 1;
    if (this.#operators > maxOperators) throw unsupported(`more than ${maxOperators} operators`);
    return { kind: "binary", operator, left, right };
  }

  #factor(): Expression {
    let isNegative = false;
    while (this.takeSymbol("-")) isNegative = !isNegative;
    const of = this.#value();
    return isNegative ? { kind: "negate", of } : of;
  }

  #value(): Expression {
    if (this.takeSymbol("(")) {
      const inside = this.#or();
      this.expectSymbol(")");
      return inside;
    }
    const { kind, text, at } = this.take();
    if (kind === "number" && !isNumber(text)) throw syntaxError("a number is too large", at);
    if (kind === "text" || kind === "number") return { kind, text };
    if (kind !== "name") throw syntaxError(`${text || "the end"} is not expected`, at);
    const word = text.toLowerCase();
    if (this.peek().text === "(") {
      if (word === "cast") return this.#cast();
      throw aggregates.has(word)
        ? unsupported(`${text.toUpperCase()} outside of the selected values`)
        : unsupported(`the function ${text}`);
    }
    if (word === "true" || word === "false") return { kind: "boolean", value: word === "true" };
    if (word === "null") return { kind: "null" };
    return { kind: "column", path: this.#path(text) };
  }

  #cast(): Expression {
    this.expectSymbol("(");
    const of = this.#or();
    this.expectWord("as");
    const { text, at } = this.take();
    const to = castTypes.get(text.toLowerCase());
    if (to === undefined) throw syntaxError(`there is no type ${text}`, at);
    const format = this.takeWord("format") ? this.text("FORMAT needs a text") : undefined;
    this.expectSymbol(")");
    return { kind: "cast", of, to, ...(format === undefined ? {} : { format }) };
  }

  #path(first: string): readonly Step[] {
    const path: Step[] = [first];
    for (;;) {
      if (this.takeSymbol(".")) path.push(this.#key());
      else if (this.takeSymbol("[")) {
        if (this.takeSymbol("*")) throw new OssError("WildCardNotAllowed");
        path.push(this.#index());
        this.expectSymbol("]");
      } else return path;
    }
  }

  #key(): string {
    const { kind, text, at } = this.take();
    if (kind === "name" || kind === "text") return text;
    throw syntaxError("a name is missing in a path", at);
  }

  #index(): Step {
    const { kind, text, at } = this.take();
    if (kind === "text") return text;
    if (kind === "number" && /^\d+$/.test(text)) return Number(text);
    throw syntaxError("an index is missing in a path", at);
  }
}

function unsupported(what: string): OssError<"SqlUnsupportedSql"> {
  const message = `The SQL expression has a part that is not supported: ${what}.`;
  return new OssError("SqlUnsupportedSql", {}, { message });
}
