// Sets a policy of a user or a group: its name, and its text in JSON.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { useWords } from "../words/words.ts";

interface PolicyDialogProps {
  /** The user or the group. */
  readonly name: string;
  readonly onClose: () => void;
  readonly onSave: (policy: string, text: string) => void;
}

const example = JSON.stringify(
  {
    Version: "1",
    Statement: [{ Effect: "Allow", Action: ["oss:GetObject"], Resource: ["acs:oss:*:*:bucket/*"] }],
  },
  undefined,
  2,
);

/** The dialog. */
export function PolicyDialog({ name, onClose, onSave }: PolicyDialogProps): JSX.Element {
  const words = useWords();
  const [policy, setPolicy] = useState("");
  const [text, setText] = useState(example);
  return (
    <Dialog title={words.users.setPolicyOf(name)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave(policy, text);
        }}
      >
        <label>
          {words.users.policyName}
          <input
            required
            pattern="[A-Za-z0-9_\-]{1,128}"
            value={policy}
            onInput={({ currentTarget }) => setPolicy(currentTarget.value)}
          />
        </label>
        <label>
          {words.users.policyText}
          <textarea
            required
            rows={12}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <button type="submit">{words.save}</button>
      </form>
    </Dialog>
  );
}
