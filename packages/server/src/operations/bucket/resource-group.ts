// Resource groups. An id in OSS is `rg-` and 15 letters or digits. Ossicle has no operation that
// creates groups, so it accepts every id of that form.

/** The group of a bucket that names none. */
export const defaultResourceGroup = "rg-default";

/** Whether a text can be a group's id. */
export function isResourceGroup(id: string): boolean {
  return /^rg-(?:default|[a-z0-9*]{15})$/.test(id);
}
