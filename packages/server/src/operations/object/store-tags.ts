// Checks the tags of an upload, and returns them in the form of the object's record.
import { objectTagLimits, OssError, type Tag, tagProblem } from "@ossicle/protocol";
import type { ObjectRecord } from "../../objects/records/records.ts";

/** Checks the tags of `x-oss-tagging`. Throws BadRequest, InvalidTag or InvalidArgument. */
export function storeTags(tags: readonly Tag[] | undefined): ObjectRecord["tags"] {
  if (tags === undefined || tags.length === 0) return undefined;
  const problem = tagProblem(tags, objectTagLimits);
  // Integration tests of the Java SDK and oss2.
  if (problem === "too many") {
    const message = `Object tags cannot be greater than ${objectTagLimits.most}`;
    throw new OssError("BadRequest", {}, { message });
  }
  if (problem === "key" || problem === "value") {
    const { key, value } = tags.find((tag) => tagProblem([tag], objectTagLimits)) ?? {};
    throw new OssError("InvalidTag", { TagKey: key ?? "", TagValue: value ?? "" });
  }
  if (problem === "repeated") {
    throw new OssError(
      "InvalidArgument",
      { ArgumentName: "x-oss-tagging", ArgumentValue: tags.map(({ key }) => key).join("&") },
      {
        message:
          "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query " +
          "parameters without tag name duplicates.",
      },
    );
  }
  return tags.map(({ key, value }) => [key, value] as const);
}
