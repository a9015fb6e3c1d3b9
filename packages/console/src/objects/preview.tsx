// A preview of an object. What could run is shown on the store's own origin, in a sandbox, or as
// text: never as a part of the console.
import { call, getObject, presignGetObject } from "@ossicle/client";
import { getSymlink, type HeadObjectOutput } from "@ossicle/protocol";
import type { JSX } from "preact";
import { explain } from "../parts/explain.ts";
import { Trouble } from "../parts/trouble.tsx";
import { visible } from "../parts/visible.ts";
import { useSigned } from "../signed.ts";
import { useLoad } from "../use-load.ts";
import { useSizes, useWords } from "../words/words.ts";
import { indentJson } from "./indent-json.ts";
import { previewKind } from "./preview-kind.ts";
import type { ObjectName } from "./object-name.ts";
import { objectAddress } from "./object-address.ts";

/** Most bytes of a text that are shown. */
const maxTextBytes = 65_536;

/** How long the link of a preview is valid, in seconds: players ask for ranges again and again. */
const linkSeconds = 3_600;

interface PreviewProps {
  readonly object: ObjectName;
  readonly facts: HeadObjectOutput;
}

/** The preview. */
export function Preview({ object, facts }: PreviewProps): JSX.Element {
  const words = useWords();
  const kind = previewKind(object.key, facts);
  if (kind === "none") return <p class="none">{words.objects.noPreview}</p>;
  if (kind === "symlink") return <SymlinkTarget object={object} />;
  if (facts.contentLength === 0) return <p class="none">{words.objects.isEmpty}</p>;
  return kind === "text" ? (
    <TextPreview object={object} facts={facts} />
  ) : (
    <MediaPreview object={object} kind={kind} />
  );
}

function TextPreview({ object, facts }: PreviewProps): JSX.Element {
  const words = useWords();
  const showSize = useSizes();
  const { connection } = useSigned();
  const range = `bytes=0-${Math.min(maxTextBytes, facts.contentLength) - 1}`;
  const id = `text ${object.versionId ?? ""} ${object.key} ${facts.etag}`;
  const { value, error } = useLoad(id, async (signal) =>
    (await getObject(connection, { ...object, range }, { signal })).text(),
  );
  if (error !== undefined) return <p class="none">{explain(words, error)}</p>;
  if (value === undefined) return <p>{words.loading}</p>;
  const isWhole = facts.contentLength <= maxTextBytes;
  const isJson = isWhole && /json/i.test(facts.contentType ?? object.key);
  return (
    <>
      <pre class="preview" tabIndex={0}>
        {isJson ? indentJson(value) : value}
      </pre>
      {isWhole ? null : <small>{words.objects.beginning(showSize(maxTextBytes))}</small>}
    </>
  );
}

interface MediaProps {
  readonly object: ObjectName;
  readonly kind: "image" | "audio" | "video" | "pdf";
}

function MediaPreview({ object, kind }: MediaProps): JSX.Element | null {
  const words = useWords();
  const { links } = useSigned();
  const { value: link, error } = useLoad(`link ${object.versionId ?? ""} ${object.key}`, () =>
    presignGetObject(
      links,
      {
        ...object,
        // A document is opened as a PDF in spite of its own type, since no script runs in a PDF.
        ...(kind === "pdf" && {
          responseContentType: "application/pdf",
          responseContentDisposition: "inline",
        }),
      },
      { expiresSeconds: linkSeconds },
    ),
  );
  if (error !== undefined) return <p class="none">{explain(words, error)}</p>;
  if (link === undefined) return null;
  const name = visible(object.key);
  switch (kind) {
    case "image":
      return <img class="preview" src={link.url} alt={name} />;
    case "audio":
      return <audio class="preview" src={link.url} controls preload="metadata" />;
    case "video":
      return <video class="preview" src={link.url} controls preload="metadata" />;
    default:
      // Chromium shows no PDF in a sandbox. The other origin is what separates it.
      return (
        <iframe class="preview" src={`${link.url}#navpanes=0`} title={words.objects.preview} />
      );
  }
}

function SymlinkTarget({ object }: { readonly object: ObjectName }): JSX.Element {
  const words = useWords();
  const { connection } = useSigned();
  const found = useLoad(`symlink ${object.key}`, (signal) =>
    call(connection, getSymlink, object, { signal }),
  );
  if (found.error !== undefined) return <Trouble answer={found} />;
  if (found.value === undefined) return <p>{words.loading}</p>;
  const target = found.value.symlinkTarget;
  return (
    <p>
      {words.objects.symlinkTo} <a href={objectAddress(object.bucket, target)}>{visible(target)}</a>
    </p>
  );
}
