// How an object is previewed, by its type, and by its name where the type says nothing.
import type { HeadObjectOutput } from "@ossicle/protocol";

/** How an object is shown. */
export type PreviewKind = "image" | "audio" | "video" | "pdf" | "text" | "symlink" | "none";

const textTypes =
  /^(?:text\/|application\/(?:json|xml|javascript|x-sh|yaml|toml|sql)\b)|\+(?:json|xml)\b/;
const textNames = /\.(?:txt|md|json|jsonl|csv|tsv|xml|ya?ml|toml|log|html?|css|[jt]sx?|py|go|sh)$/i;

/** The kind of an object's preview. */
export function previewKind(
  key: string,
  { contentType = "", objectType }: Pick<HeadObjectOutput, "contentType" | "objectType">,
): PreviewKind {
  if (objectType === "Symlink") return "symlink";
  const [type = ""] = contentType.toLowerCase().split(";");
  if (/^image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml|x-icon)$/.test(type)) return "image";
  if (type.startsWith("audio/")) return "audio";
  if (type.startsWith("video/")) return "video";
  if (type === "application/pdf") return "pdf";
  if (textTypes.test(type)) return "text";
  return /^(?:application\/octet-stream)?$/.test(type) && textNames.test(key) ? "text" : "none";
}
