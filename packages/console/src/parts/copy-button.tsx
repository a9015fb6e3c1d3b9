// Copies a text to the clipboard, and says so.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../words/words.ts";

interface CopyProps {
  readonly text: string;
  /** Default: "Copy". */
  readonly label?: string;
}

/** The button. */
export function CopyButton({ text, label }: CopyProps): JSX.Element {
  const words = useWords();
  const [status, setStatus] = useState("");
  const copy = (): void => {
    navigator.clipboard
      .writeText(text)
      .then(() => setStatus(words.copied))
      .catch((cause: unknown) => setStatus(String(cause)));
  };
  return (
    <span class="copy">
      <button type="button" class="quiet small" onClick={copy}>
        {label ?? words.copy}
      </button>
      <output aria-live="polite">{status}</output>
    </span>
  );
}
