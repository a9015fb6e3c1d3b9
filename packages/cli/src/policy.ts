// `ossicle policy explain`: which statement decides about a request.
import { type Explanation, openExplainer, OperatorError } from "@ossicle/server";
import type { Command } from "commander";
import { addStoreCommand, type Environment, inStore, type PlaceOptions } from "./data-option.ts";
import { print } from "./output.ts";
import { repeated } from "./repeated.ts";

interface ExplainOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly as: string;
  readonly fact?: readonly string[];
  readonly region: string;
  readonly versionId?: string;
}

/** Adds the command. */
export function addPolicyCommand(
  program: Command,
  { env, clock }: { readonly env: Environment; readonly clock: () => number },
): void {
  const policy = program.command("policy").description("decisions of policies and ACLs");
  addStoreCommand(
    policy,
    "explain <operation> [target]",
    "show the statement or ACL that decides a request, for example: GetObject bucket/key",
  )
    .option("--as <sender>", "account, anonymous, user/NAME or account/NAME", "anonymous")
    .option("--fact <key=value>", "a fact for conditions, as acs:SourceIp=192.0.2.1", repeated)
    .option("--region <region>", "the region of the store", "cn-hangzhou")
    .option("--version-id <id>", "the version that the request names")
    .action(async (operation: string, target: string | undefined, options: ExplainOptions) => {
      const { json, as: sender, fact = [], region, versionId, ...place } = options;
      const [bucket, ...rest] = target?.split("/") ?? [];
      const key = rest.length === 0 ? undefined : rest.join("/");
      const facts = {
        "acs:currenttime": new Date(clock()).toISOString(),
        "acs:securetransport": "false",
        ...Object.fromEntries(fact.map(factOf)),
      };
      await inStore({ ...place, env }, openExplainer, async (store) => {
        const request = { operation, bucket, key, versionId, sender, facts, region };
        const explained = await store.explain(request);
        print(json === true ? JSON.stringify(explained) : textOf(explained));
      });
    });
}

function factOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new OperatorError(`--fact takes KEY=VALUE, not ${text}`);
  return [text.slice(0, at).toLowerCase(), text.slice(at + 1)];
}

function textOf({ judgement, statement }: Explanation): string {
  const decision = judgement.isAllowed ? "allowed" : "denied";
  switch (judgement.by) {
    case "bucket policy":
    case "user policy": {
      const name =
        judgement.by === "bucket policy" ? "the bucket policy" : `user policy ${judgement.policy}`;
      const line = `${decision} by ${name}, statement ${judgement.statement}`;
      return statement === undefined ? line : `${line}\n${statement}`;
    }
    case "ACL":
      return `${decision} by the ACL ${judgement.acl}: no statement applies`;
    case "ownership":
      return "allowed, because the sender owns the bucket";
    case "openness":
      return "allowed: every sender may do this";
    case "anonymity":
      return "denied: the operation needs a signature";
    case "no policy":
      return "denied: no statement allows it, and ACLs do not count for this operation";
    case "another account":
      return "denied: the bucket belongs to another account, and no statement allows it";
    case "request payment":
      return "denied: the requester pays, and the sender has not agreed to";
    default:
      return `${decision} by the session's policy`;
  }
}
