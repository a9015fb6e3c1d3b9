// `ossicle accounts`, `ossicle users` and `ossicle groups`: accounts own buckets; the keys of their
// users may do only what policies allow.
import { readFile } from "node:fs/promises";
import {
  type ListedPrincipal,
  openPrincipals,
  type OpenedPrincipals,
  type PrincipalKind,
  type StorePlace,
} from "@ossicle/server";
import type { Command } from "commander";
import {
  addStoreCommand,
  type Environment,
  inStore,
  type PlaceOptions,
  withPlaceOptions,
} from "./data-option.ts";
import { print } from "./output.ts";

interface ListOptions extends PlaceOptions {
  readonly json?: boolean;
}

interface NewOptions extends ListOptions {
  readonly note: string;
  readonly account?: string;
}

/** Adds the three commands. */
export function addPrincipalCommands(program: Command, env: Environment): void {
  const accounts = program
    .command("accounts")
    .description("manage accounts besides the store's own; an account owns its buckets");
  addCommands(accounts, "account", env);
  const users = program
    .command("users")
    .description("manage users; their keys may do only what policies and ACLs allow");
  const groups = program
    .command("groups")
    .description("manage groups; a group's policies apply to its users");
  const ofUsers = addCommands(users, "user", env);
  addPolicyCommands(users, "user", ofUsers);
  addPolicyCommands(groups, "group", addCommands(groups, "group", env));
  withPlaceOptions(
    users
      .command("set-groups <name> [groups...]")
      .description("set the groups of a user; without groups it is in none"),
  ).action(async (name: string, list: readonly string[], place: PlaceOptions) => {
    await ofUsers(place, (store) => store.setGroups(name, list));
  });
}

type Use = (store: OpenedPrincipals) => Promise<void>;

type WithStore = (place: PlaceOptions, use: Use) => Promise<void>;

/** What the help says about the commands of a kind. */
interface KindTexts {
  readonly adding: string;
  readonly listing: string;
  readonly removing: string;
}

const kinds: Readonly<Record<PrincipalKind, KindTexts>> = {
  account: {
    adding: "add an account",
    listing: "list the accounts",
    removing: "remove an account without buckets, and its users, groups and access keys",
  },
  user: {
    adding: "add a user, without any policy",
    listing: "list the users with their policies",
    removing: "remove a user, and its access keys",
  },
  group: {
    adding: "add a group, without any policy",
    listing: "list the groups with their policies",
    removing: "remove a group",
  },
};

function addCommands(parent: Command, kind: PrincipalKind, env: Environment): WithStore {
  const open = (place: StorePlace): Promise<OpenedPrincipals> => openPrincipals(place, kind);
  const withStore: WithStore = (place, use) => inStore({ ...place, env }, open, use);
  const { adding, listing, removing } = kinds[kind];
  const add = addStoreCommand(parent, "add <name>", adding)
    .option("--note <text>", `what the ${kind} is for`, "")
    .action(async (name: string, { json, note, account, ...place }: NewOptions) => {
      await withStore(place, async (store) => {
        show(await store.add(name, { note, account }), { json, kind });
      });
    });
  if (kind !== "account") add.option("--account <name>", "the account; default: the store's own");
  addStoreCommand(parent, "list", listing).action(async ({ json, ...place }: ListOptions) => {
    await withStore(place, async (store) => {
      for (const one of await store.list()) show(one, { json, kind });
    });
  });
  withPlaceOptions(parent.command("remove <name>").description(removing)).action(
    async (name: string, place: PlaceOptions) => {
      await withStore(place, (store) => store.remove(name));
    },
  );
  return withStore;
}

function addPolicyCommands(parent: Command, kind: PrincipalKind, withStore: WithStore): void {
  withPlaceOptions(
    parent
      .command("set-policy <name> <policy-name> <file>")
      .description(`give a ${kind} the policy in a JSON file, or replace it`),
  ).action(async (name: string, policy: string, file: string, place: PlaceOptions) => {
    const text = await readFile(file, "utf8");
    await withStore(place, (store) => store.setPolicy(name, policy, text));
  });
  withPlaceOptions(
    parent
      .command("remove-policy <name> <policy-name>")
      .description(`take a policy from a ${kind}`),
  ).action(async (name: string, policy: string, place: PlaceOptions) => {
    await withStore(place, (store) => store.removePolicy(name, policy));
  });
}

function show(
  one: ListedPrincipal,
  { json, kind }: { readonly json: boolean | undefined; readonly kind: PrincipalKind },
): void {
  if (json === true) {
    print(JSON.stringify(one));
    return;
  }
  const { name, id, groups, note, policies, account, isLeaving } = one;
  const names = Object.keys(policies);
  const without = kind === "account" ? [] : ["no policy"];
  const parts = [
    name,
    id,
    ...(account === undefined ? [] : [`account ${account.name}`]),
    ...(names.length === 0 ? without : [`policies ${names.join(", ")}`]),
    ...(groups.length === 0 ? [] : [`groups ${groups.map((group) => group.name).join(", ")}`]),
    ...(isLeaving === true ? ["being removed: run remove again"] : []),
    ...(note === "" ? [] : [note]),
  ];
  print(parts.join("  "));
}
