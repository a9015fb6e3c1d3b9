// GetStyle: returns the stored style.
import { OssError } from "@ossicle/protocol";
import { readConfig } from "../../objects/buckets/bucket-config.ts";
import { shownStyle } from "../../objects/buckets/styles.ts";
import type { Handler } from "../handler.ts";
import { checkStyleName } from "./check-style-name.ts";

/** Reads a style of a bucket. */
export const getStyle: Handler<"getStyle"> = async ({ services, bucket }, { styleName }) => {
  checkStyleName(styleName);
  const found = await readConfig(services, bucket, `style/${styleName}`);
  if (found === undefined) throw new OssError("NoSuchStyle", { StyleName: styleName });
  return { output: shownStyle(found) };
};
