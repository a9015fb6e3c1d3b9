// A request of a page, and what the CORS rules make of it.
import type { CorsRule } from "@ossicle/protocol";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../words/words.ts";
import { corsVerdict } from "./cors-verdict.ts";

/** The tester. It judges the rules as they stand in the form, also before they are saved. */
export function CorsTester({ rules }: { readonly rules: readonly CorsRule[] }): JSX.Element {
  const words = useWords();
  const [origin, setOrigin] = useState("https://example.com");
  const [method, setMethod] = useState("PUT");
  const [headers, setHeaders] = useState("authorization, content-type, x-oss-callback");
  const names = headers
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const { rule, mismatches } = corsVerdict(rules, { origin, method, headers: names });
  return (
    <div class="tester">
      <h3>{words.settings.corsTest}</h3>
      <div class="filters">
        <label>
          {words.settings.origin}
          <input
            value={origin}
            spellcheck={false}
            onInput={({ currentTarget }) => setOrigin(currentTarget.value)}
          />
        </label>
        <label>
          {words.settings.method}
          <select value={method} onChange={({ currentTarget }) => setMethod(currentTarget.value)}>
            {["GET", "HEAD", "PUT", "POST", "DELETE"].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label class="wide">
          {words.settings.sentHeaders}
          <input
            value={headers}
            spellcheck={false}
            onInput={({ currentTarget }) => setHeaders(currentTarget.value)}
          />
        </label>
      </div>
      <output class={rule === undefined ? "verdict bad" : "verdict good"} aria-live="polite">
        {rule === undefined ? words.settings.noRule : words.settings.allowedBy(rule + 1)}
      </output>
      <ul>
        {mismatches.map((parts, at) => (
          <li key={at}>
            {words.settings.rule(at + 1)}:{" "}
            {parts.map((part) => words.settings.mismatches[part]).join(", ")}
          </li>
        ))}
      </ul>
    </div>
  );
}
