// How objects are previewed: by type, and by name where the type says nothing.
import { expect, test } from "vitest";
import { type PreviewKind, previewKind } from "./preview-kind.ts";

test.each<[string, string, PreviewKind]>([
  ["a", "image/png", "image"],
  ["a", "image/svg+xml", "image"],
  ["a", "IMAGE/JPEG", "image"],
  ["a", "text/html; charset=utf-8", "text"],
  ["a", "application/json", "text"],
  ["a", "application/ld+json", "text"],
  ["a", "application/xhtml+xml", "text"],
  ["a", "application/pdf", "pdf"],
  ["a", "video/mp4", "video"],
  ["a", "audio/ogg", "audio"],
  ["notes.md", "application/octet-stream", "text"],
  ["notes", "application/octet-stream", "none"],
  ["page.html", "application/zip", "none"],
])("%s of type %s is shown as %s", (key, contentType, kind) => {
  expect(previewKind(key, { contentType, objectType: "Normal" })).toBe(kind);
});

test("a symbolic link is shown as its target, whatever its type is", () => {
  expect(previewKind("a.png", { contentType: "image/png", objectType: "Symlink" })).toBe("symlink");
});
