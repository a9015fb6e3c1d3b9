// `ossicle complete bash | zsh | fish | powershell`: what the shell needs to complete commands,
// options and the words that some options take.
import tab from "@bomb.sh/tab/commander";
import { deliveryStates } from "@ossicle/server";
import type { Command } from "commander";
import { print } from "./output.ts";

/** Words that options take, by the option's name. */
const words: Readonly<Record<string, readonly string[]>> = {
  state: deliveryStates,
  "on-failure": ["keep", "hide", "delete"],
  "after-crash": ["resend", "record-unknown"],
  "callback-targets": ["public", "private"],
  "callback-connections": ["close", "keep-alive"],
  "webhook-signatures": ["on", "off"],
  "log-level": ["debug", "info", "warn", "error", "silent"],
  "body-type": ["application/x-www-form-urlencoded", "application/json"],
  "callback-body-type": ["application/x-www-form-urlencoded", "application/json"],
};

/**
 * Printed before bash's script. The script declares constants, so a shell can read it only once:
 * this test skips it the second time. The `fi` is in {@link bashAfter}.
 */
const bashBefore = "if ! declare -F __ossicle_complete >/dev/null; then";

/**
 * Printed after bash's script. It completes file names where no word matches. The script calls a
 * function of the package bash-completion. Without that package, a substitute is defined for the
 * length of a call. It sets the caller's variables (bash scopes dynamically), and keeps `a=b` and
 * URLs as one word, as the package does with `-n "=:"`.
 */
const bashAfter = `__ossicle_words() {
    local line=\${COMP_LINE:0:COMP_POINT}
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    cword=$(( \${#words[@]} - 1 ))
    cur=\${words[cword]}
    prev=\${words[cword > 0 ? cword - 1 : 0]}
}
__ossicle_or_files() {
    if declare -F _get_comp_words_by_ref >/dev/null; then
        __ossicle_complete
    else
        _get_comp_words_by_ref() { __ossicle_words; }
        __ossicle_complete
        unset -f _get_comp_words_by_ref
    fi
    [[ \${#COMPREPLY[@]} -gt 0 ]] || compopt -o default
}
complete -F __ossicle_or_files ossicle
fi`;

/** Adds the command. Call it last, because it reads all other commands. */
export function addCompletion(program: Command, argv: readonly string[]): void {
  const completion = tab(program);
  const command = program.commands.find((one) => one.name() === "complete");
  // After `--`, the arguments are words to complete. Without it, the argument names a shell.
  const isScript = (shell: string | undefined): boolean => shell === "bash" && !argv.includes("--");
  command?.hook("preAction", (_, { args: [shell] }) => {
    if (isScript(shell)) print(bashBefore);
  });
  command?.hook("postAction", (_, { args: [shell] }) => {
    if (isScript(shell)) print(bashAfter);
  });
  for (const { options } of [completion, ...completion.commands.values()]) {
    for (const [name, option] of options) {
      const known = words[name];
      if (known === undefined) continue;
      option.handler = (complete) => {
        for (const word of known) complete(word, "");
      };
    }
  }
}
