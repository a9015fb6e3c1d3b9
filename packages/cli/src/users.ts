// `ossicle users` and `ossicle groups`: the users of the account, whose keys may do only what
// policies allow.
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

/** Adds both commands. */
export function addUsersCommands(program: Command, env: Environment): void {
  const users = program
    .command("users")
    .description("manage users; their keys may do only what policies and ACLs allow");
  const groups = program
    .command("groups")
    .description("manage groups; a group's policies apply to its users");
  const ofUsers = addCommands(users, "user", env);
  addCommands(groups, "group", env);
  withPlaceOptions(
    users
      .command("set-groups <name> [groups...]")
      .description("set the groups of a user; without groups it is in none"),
  ).action(async (name: string, list: readonly string[], place: PlaceOptions) => {
    await ofUsers(place, (store) => store.setGroups(name, list));
  });
}

type Use = (store: OpenedPrincipals) => Promise<void>;

function addCommands(
  parent: Command,
  kind: PrincipalKind,
  env: Environment,
): (place: PlaceOptions, use: Use) => Promise<void> {
  const open = (place: StorePlace): Promise<OpenedPrincipals> => openPrincipals(place, kind);
  const withStore = (place: PlaceOptions, use: Use): Promise<void> =>
    inStore({ ...place, env }, open, use);
  addStoreCommand(parent, "add <name>", `add a ${kind}, without any policy`)
    .option("--note <text>", `what the ${kind} is for`, "")
    .action(async (name: string, { json, note, ...place }: ListOptions & { note: string }) => {
      await withStore(place, async (store) => {
        show(await store.add(name, note), json);
      });
    });
  addStoreCommand(parent, "list", `list the ${kind}s with their policies`).action(
    async ({ json, ...place }: ListOptions) => {
      await withStore(place, async (store) => {
        for (const one of await store.list()) show(one, json);
      });
    },
  );
  const keys = kind === "user" ? ", and its access keys" : "";
  withPlaceOptions(parent.command("remove <name>").description(`remove a ${kind}${keys}`)).action(
    async (name: string, place: PlaceOptions) => {
      await withStore(place, (store) => store.remove(name));
    },
  );
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
  return withStore;
}

function show(one: ListedPrincipal, json: boolean | undefined): void {
  if (json === true) {
    print(JSON.stringify(one));
    return;
  }
  const { name, id, groups, note, policies } = one;
  const names = Object.keys(policies);
  const parts = [
    name,
    id,
    names.length === 0 ? "no policy" : `policies ${names.join(", ")}`,
    ...(groups.length === 0 ? [] : [`groups ${groups.map((group) => group.name).join(", ")}`]),
    ...(note === "" ? [] : [note]),
  ];
  print(parts.join("  "));
}
