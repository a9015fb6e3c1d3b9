// Texts about accounts, users and groups in Simplified Chinese.
import type { enUsers } from "./en-users.ts";

/** The texts. */
export const zhUsers: typeof enUsers = {
  title: "用户",
  lead: "用户只能执行策略和 ACL 允许的操作。用户组的策略适用于组内用户。账号拥有自己的存储空间。",
  sections: { account: "账号", user: "用户", group: "用户组" },
  kinds: { account: "账号", user: "用户", group: "用户组" },
  none: {
    account: "只有存储自身的账号。",
    user: "尚未添加用户。",
    group: "尚未添加用户组。",
  },
  kind: "添加",
  name: "名称",
  number: "编号",
  account: "账号",
  ownAccount: "存储自身的账号",
  policies: "策略",
  groups: "用户组",
  addKeyFor: (name) => `为 ${name} 添加密钥`,
  key: "添加密钥",
  setPolicy: "设置策略",
  setPolicyOf: (name) => `设置 ${name} 的策略`,
  policyName: "策略名称",
  policyText: "策略（JSON）",
  removePolicy: (policy, name) => `删除 ${name} 的策略 ${policy}`,
  groupsOf: (name) => `${name} 的用户组`,
  remove: "删除",
  removeQuestions: {
    account: (name) => `删除账号 ${name} 及其用户、用户组和密钥？`,
    user: (name) => `删除用户 ${name} 及其密钥？`,
    group: (name) => `删除用户组 ${name}？其策略将不再适用。`,
  },
  secretNote: "会话密钥不能更改用户：这些请求用您自己的密钥签名。",
};
