// Leaves the table's name out of paths: `s.age` is `age` of each row.
import type { Expression } from "./query.ts";

/** The expression without the names of the table. */
export function withoutTable(expression: Expression, names: ReadonlySet<string>): Expression {
  const inner = (one: Expression): Expression => withoutTable(one, names);
  switch (expression.kind) {
    case "column": {
      const [first, ...rest] = expression.path;
      const isTable = rest.length > 0 && names.has(String(first).toLowerCase());
      return isTable ? { kind: "column", path: rest } : expression;
    }
    case "cast":
    case "negate":
    case "not":
    case "isNull":
    case "like":
      return { ...expression, of: inner(expression.of) };
    case "binary":
      return { ...expression, left: inner(expression.left), right: inner(expression.right) };
    case "and":
    case "or":
      return { ...expression, parts: expression.parts.map(inner) };
    case "between": {
      const { of, from, to } = expression;
      return { kind: "between", of: inner(of), from: inner(from), to: inner(to) };
    }
    case "in":
      return { kind: "in", of: inner(expression.of), list: expression.list.map(inner) };
    default:
      return expression;
  }
}
