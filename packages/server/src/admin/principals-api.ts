// Accounts, users and groups over HTTP: listed, added, changed and removed.
import { OperatorError } from "../accounts/change-principal.ts";
import type { PrincipalsByKind } from "../accounts/principals.ts";
import type { PrincipalKind } from "../objects/records/server-records.ts";
import { type AdminAsked, type AdminRoutes, type JsonAnswer, problem } from "./admin-api.ts";
import { maxNoteLength, refuseTemporary } from "./keys-api.ts";

type PrincipalRoute =
  | "GET /principals"
  | "POST /principals"
  | "POST /principals/:id/remove"
  | "POST /principals/:id/policy"
  | "POST /principals/:id/groups";

/** The routes below `/principals`. */
export function principalRoutes(principals: PrincipalsByKind): AdminRoutes<PrincipalRoute> {
  return {
    "GET /principals": async () => {
      const [accounts, users, groups] = await Promise.all([
        principals.account.list(),
        principals.user.list(),
        principals.group.list(),
      ]);
      return { status: 200, value: { accounts, users, groups } };
    },
    "POST /principals": (asked) =>
      change(asked, async (kind) => {
        const note = asked.parameters.get("note") ?? "";
        if (note.length > maxNoteLength) {
          throw new OperatorError(`note has at most ${maxNoteLength} characters`);
        }
        const account = asked.parameters.get("account") || undefined;
        const name = asked.parameters.get("name") ?? "";
        return (await principals[kind].add(name, { note, account })).name;
      }),
    "POST /principals/:id/remove": (asked) =>
      change(asked, async (kind) => {
        await principals[kind].remove(asked.id);
        return asked.id;
      }),
    "POST /principals/:id/policy": (asked) =>
      change(asked, async (kind) => {
        if (kind === "account") throw new OperatorError("accounts have no policies");
        const policy = asked.parameters.get("policy") ?? "";
        const text = asked.parameters.get("text") ?? "";
        await (text === ""
          ? principals[kind].removePolicy(asked.id, policy)
          : principals[kind].setPolicy(asked.id, policy, text));
        return asked.id;
      }),
    "POST /principals/:id/groups": (asked) =>
      change(asked, async (kind) => {
        if (kind !== "user") throw new OperatorError("only users are in groups");
        const groups = (asked.parameters.get("groups") ?? "").split(",");
        await principals.user.setGroups(
          asked.id,
          groups.filter((name) => name !== ""),
        );
        return asked.id;
      }),
  };
}

// Temporary keys are refused: the changes would outlive the key.
async function change(
  { sender, parameters }: AdminAsked,
  act: (kind: PrincipalKind) => Promise<string>,
): Promise<JsonAnswer<{ readonly name: string }>> {
  refuseTemporary(sender);
  const kind = parameters.get("kind");
  if (kind !== "account" && kind !== "user" && kind !== "group") {
    return problem(400, "kind is account, user or group");
  }
  try {
    return { status: 200, value: { name: await act(kind) } };
  } catch (cause) {
    if (cause instanceof OperatorError) return problem(400, cause.message);
    throw cause;
  }
}
