// A new access key, whose secret is shown once.
import type { Credentials } from "@ossicle/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../words/words.ts";

interface NewKeyProps {
  readonly made: Credentials;
  readonly onClose: () => void;
}

/** The key, as a line to copy. */
export function NewKey({ made, onClose }: NewKeyProps): JSX.Element {
  const words = useWords();
  const [isCopied, setCopied] = useState(false);
  const { accessKeyId, accessKeySecret } = made;
  const token = made.securityToken === undefined ? "" : ` OSS_SESSION_TOKEN=${made.securityToken}`;
  const line =
    `export OSS_ACCESS_KEY_ID=${accessKeyId} OSS_ACCESS_KEY_SECRET=${accessKeySecret}` + token;
  const copy = (): void => {
    navigator.clipboard
      .writeText(line)
      .then(() => setCopied(true))
      .catch(() => setCopied(false)); // the line can be selected by hand
  };
  return (
    <section class="card new-key" role="status">
      <p>{made.securityToken === undefined ? words.newKey : words.newTemporaryKey}</p>
      <pre>{line}</pre>
      <div class="actions">
        <button type="button" onClick={copy}>
          {isCopied ? words.copied : words.copy}
        </button>
        <button type="button" class="quiet" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </section>
  );
}
