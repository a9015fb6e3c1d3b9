// Checks the tags of a tagging document.
import { OssError, type Tag, type TagLimits, type TagSet, tagProblem } from "@ossicle/protocol";

/** Returns the tags. Throws InvalidTag for what OSS refuses. */
export function checkTagSet(set: TagSet, limits: TagLimits): readonly Tag[] {
  const problem = tagProblem(set.tags, limits);
  if (problem !== undefined) {
    const messages = {
      "too many": `There may be at most ${limits.most} tags.`,
      key: "The TagKey you have provided is invalid.",
      value: "The TagValue you have provided is invalid.",
      repeated: "Cannot provide multiple Tags with the same key.",
    } as const;
    throw new OssError("InvalidTag", { TagKey: "", TagValue: "" }, { message: messages[problem] });
  }
  return set.tags.map(({ key, value }) => ({ key, value: value ?? "" }));
}
