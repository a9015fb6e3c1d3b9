// A request of a page, and what the CORS rules make of it.
import type { CorsRule } from "@ossicle/protocol";
import type { JSX } from "preact";
import { useWords } from "../words/words.ts";
import { corsVerdict } from "./cors-verdict.ts";

/** A request to try. */
export interface TriedRequest {
  readonly origin: string;
  readonly method: string;
  /** Names of headers, separated by commas. */
  readonly headers: string;
}

/** What the tester begins with. */
export const firstRequest: TriedRequest = {
  origin: "https://example.com",
  method: "PUT",
  headers: "authorization, content-type, x-oss-callback",
};

interface TesterProps {
  readonly rules: readonly CorsRule[];
  readonly request: TriedRequest;
  readonly onChange: (request: TriedRequest) => void;
}

/** The tester. It judges the rules as they stand in the form, also before they are saved. */
export function CorsTester({ rules, request, onChange }: TesterProps): JSX.Element {
  const words = useWords();
  const { origin, method, headers } = request;
  const change = (changed: Partial<TriedRequest>): void => onChange({ ...request, ...changed });
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
            onInput={({ currentTarget }) => change({ origin: currentTarget.value })}
          />
        </label>
        <label>
          {words.settings.method}
          <select
            value={method}
            onChange={({ currentTarget }) => change({ method: currentTarget.value })}
          >
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
            onInput={({ currentTarget }) => change({ headers: currentTarget.value })}
          />
        </label>
      </div>
      <output class={rule === undefined ? "verdict bad" : "verdict good"} aria-live="polite">
        {rules.length === 0
          ? words.settings.noRules
          : rule === undefined
            ? words.settings.noRule
            : words.settings.allowedBy(rule + 1)}
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
