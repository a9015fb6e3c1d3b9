// Resource groups: OSS's own ids are `rg-` and 15 letters or digits. No group was ever made here.

/** The group of a bucket that was put into none. */
export const defaultResourceGroup = "rg-default";

/** Whether a text can be a group's id. */
export function isResourceGroup(id: string): boolean {
  return /^rg-(?:default|[a-z0-9*]{15})$/.test(id);
}
