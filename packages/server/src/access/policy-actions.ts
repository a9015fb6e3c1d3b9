// The actions that a policy must allow for a request.
import { impliedByObjectHeaders } from "@ossicle/protocol";
import { declarationOf } from "./declaration-of.ts";
import type { Subject } from "./subject.ts";

/** The actions that a request's headers imply. An empty header counts as absent. */
export function impliedActionsOf(
  { operation }: Subject,
  headers: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const { implies = {} } = declarationOf(operation);
  const named = implies === "object headers" ? impliedByObjectHeaders : implies;
  return Object.entries(named).flatMap(([name, action]) =>
    headers[name] ? [`oss:${action}`] : [],
  );
}

/** The action of a request. */
export function actionOf({ operation, versionId }: Subject): string {
  const { action, versionedAction } = declarationOf(operation);
  return versionedAction === true && versionId !== undefined
    ? `oss:${action}Version`
    : `oss:${action}`;
}
