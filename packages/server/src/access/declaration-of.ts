// Declarations by name.
import { type Operation, type OperationName, operations } from "@ossicle/protocol";

/** An operation's declaration under its general type, for what all of them have in common. */
export function declarationOf(name: OperationName): Operation<object, object> {
  return operations[name];
}
