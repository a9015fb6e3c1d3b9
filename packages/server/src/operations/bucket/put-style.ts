// PutStyle: checks the name and stores the content, which is read when it is used.
import { OssError } from "@ossicle/protocol";
import { readConfig, writeConfig } from "../../objects/buckets/bucket-config.ts";
import { stylesOf } from "../../objects/buckets/styles.ts";
import type { Handler } from "../handler.ts";
import { checkStyleName } from "./check-style-name.ts";

/** Most styles of a bucket (styles documentation). */
const maxStyles = 50;

/** Sets a style of a bucket. */
export const putStyle: Handler<"putStyle"> = async (
  { services, bucket },
  { styleName: name, content, category = "image" },
) => {
  checkStyleName(name);
  if (content === "" || /[;()'*?]/.test(content)) {
    const message = "Style content is invalid.";
    const details = { ArgumentName: "Content", ArgumentValue: content };
    throw new OssError("InvalidArgument", details, { message, ec: "0040-00000602" });
  }
  const old = await readConfig(services, bucket, `style/${name}`);
  if (old === undefined && (await stylesOf(services, bucket)).length >= maxStyles) {
    const message = `A bucket has at most ${maxStyles} styles.`;
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "styleName", ArgumentValue: name },
      { message },
    );
  }
  const nowMs = services.clock();
  const value = { name, content, category, createdMs: old?.createdMs ?? nowMs, modifiedMs: nowMs };
  await writeConfig(services, bucket, { name: `style/${name}`, value });
  return { output: {} };
};
