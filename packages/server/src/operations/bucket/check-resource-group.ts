// The ids of resource groups: OSS's own are `rg-` and 15 letters or digits. No group was ever made here.
import { OssError } from "@ossicle/protocol";

/** The group of a bucket that was put into none. */
export const defaultResourceGroup = "rg-default";

/** Throws ResourceGroupIdPreCheckError for what cannot be a group's id. */
export function checkResourceGroup(id: string | undefined): void {
  if (id === undefined || /^rg-(?:default|[a-z0-9*]{15})$/.test(id)) return;
  throw new OssError("ResourceGroupIdPreCheckError");
}
