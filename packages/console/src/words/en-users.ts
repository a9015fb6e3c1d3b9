// Texts about accounts, users and groups in English.

/** The texts. */
export const enUsers = {
  title: "Users",
  lead:
    "A user may do only what policies and ACLs allow. The policies of a group apply to its " +
    "users. An account owns its buckets.",
  sections: { account: "Accounts", user: "Users", group: "Groups" },
  kinds: { account: "an account", user: "a user", group: "a group" },
  none: {
    account: "Only the store's own account.",
    user: "No user was added yet.",
    group: "No group was added yet.",
  },
  kind: "Add",
  name: "Name",
  number: "Number",
  account: "Account",
  ownAccount: "the store's own",
  policies: "Policies",
  groups: "Groups",
  addKeyFor: (name: string) => `Add a key for ${name}`,
  key: "Add a key",
  setPolicy: "Set a policy",
  setPolicyOf: (name: string) => `Set a policy of ${name}`,
  policyName: "Name of the policy",
  policyText: "Policy in JSON",
  removePolicy: (policy: string, name: string) => `Remove the policy ${policy} of ${name}`,
  groupsOf: (name: string) => `Groups of ${name}`,
  remove: "Remove",
  removeQuestions: {
    account: (name: string) => `Remove the account ${name}, its users, groups and access keys?`,
    user: (name: string) => `Remove the user ${name} and its access keys?`,
    group: (name: string) => `Remove the group ${name}? Its policies no longer apply.`,
  },
  secretNote: "The session's key may not change users: these requests are signed with your own.",
};
