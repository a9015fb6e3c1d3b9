// PostObject: stores the form's file as PutObject stores a body. The form's fields choose the
// answer.
import type { PostObjectOutput } from "@ossicle/protocol";
import type { Handler, Result } from "../handler.ts";
import { objectUrl } from "../object/object-url.ts";
import { storeBody } from "../object/store-body.ts";

type PostInput = Parameters<Handler<"postObject">>[1];

/** Stores a form's file. */
export const postObject: Handler<"postObject"> = async (context, input) => {
  const { key } = input;
  const { bucket } = context;
  const { output: stored, delivery } = await storeBody(context, input, "PostObject");
  const output: PostObjectOutput = {
    ...stored,
    bucket: bucket.name,
    location: objectUrl(context, key),
    key,
    documentEtag: stored.etag,
  };
  // If the form has a callback of its own, the application's answer is the form's answer. A
  // callback by a rule of the bucket leaves the form's answer as it is.
  if (delivery?.isAsked === true) return { output, delivery, status: 200, silent: true };
  return { ...answer(input, output), ...(delivery && { delivery }) };
};

function answer(
  { successActionRedirect: redirect = "", successActionStatus: status }: PostInput,
  output: PostObjectOutput,
): Result<PostObjectOutput> {
  if (/^https?:\/\//i.test(redirect)) {
    const facts = new URLSearchParams({
      bucket: output.bucket,
      key: output.key,
      etag: `"${output.etag}"`,
    }).toString();
    const url = `${redirect}${redirect.includes("?") ? "&" : "?"}${facts}`;
    return { output: { ...output, redirect: url }, status: 303, silent: true };
  }
  if (status === "201") return { output, status: 201 };
  return { output, status: status === "200" ? 200 : 204, silent: true };
}
