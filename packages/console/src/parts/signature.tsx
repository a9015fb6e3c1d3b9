// Whether the signature of a callback verifies.
import type { JSX } from "preact";
import { useLoad } from "../use-load.ts";
import { useWords } from "../words/words.ts";
import { checkSignature, type SignedRequest } from "./check-signature.ts";
import { explain } from "./explain.ts";

/** The verdict in words; nothing before it is known. */
export function Signature({ request }: { readonly request: SignedRequest }): JSX.Element | null {
  const words = useWords();
  const { value, error } = useLoad(request.headers.join("\n"), () => checkSignature(request));
  if (error !== undefined) return <p class="note">{explain(words, error)}</p>;
  if (value === undefined) return null;
  return (
    <p class="note">
      {value === "valid" ? words.lab.signatureValid : words.lab.signatureWrong(value)}
    </p>
  );
}
