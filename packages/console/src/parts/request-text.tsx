// A request that was sent, or would be, as text.
import type { JSX } from "preact";
import type { SignedRequest } from "./check-signature.ts";
import { headerLines } from "./header-lines.ts";

/** The request. */
export function RequestText({ request }: { readonly request: SignedRequest }): JSX.Element {
  return (
    <pre>
      POST {request.url}
      {"\n"}
      {headerLines(request.headers)}
      {"\n"}
      {request.body}
    </pre>
  );
}
