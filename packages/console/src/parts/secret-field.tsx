// The field for the secret of the key that a session was opened with. Requests that the session's
// own key must not send are signed with that key.
import type { Credentials } from "@ossicle/protocol";
import type { JSX } from "preact";
import { useWords } from "../words/words.ts";

interface SecretFieldProps {
  readonly own: Credentials;
  readonly onChange: (secret: string) => void;
}

/** The field. */
export function SecretField({ own, onChange }: SecretFieldProps): JSX.Element {
  const words = useWords();
  return (
    <label>
      {words.secretFor(own.accessKeyId)}
      <input
        type="password"
        autocomplete="current-password"
        required
        value={own.accessKeySecret}
        onInput={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
    </label>
  );
}
