// DeleteStyle: removes the document.
import { writeConfig } from "../../objects/buckets/bucket-config.ts";
import type { Handler } from "../handler.ts";
import { checkStyleName } from "./check-style-name.ts";

/** Removes a style of a bucket. */
export const deleteStyle: Handler<"deleteStyle"> = async ({ services, bucket }, { styleName }) => {
  checkStyleName(styleName);
  await writeConfig(services, bucket, { name: `style/${styleName}`, value: undefined });
  return { output: {} };
};
