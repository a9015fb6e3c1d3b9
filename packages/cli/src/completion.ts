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
 * Stands before bash's script, which declares constants, so that it can be read only once; `fi` is
 * behind it.
 */
const bashBefore = "if ! declare -F __ossicle_complete >/dev/null; then";

/**
 * Stands behind it: where there is no word to offer, a file may be meant. The script calls a
 * function of the package bash-completion; where that is not there, one takes its place for the
 * length of a call: it sets the caller's variables (bash scopes dynamically), and as with the `-n
 * "=:"` of the package `a=b` and URLs are one word.
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

/** Adds the command. All others must be there already. */
export function addCompletion(program: Command, argv: readonly string[]): void {
  const completion = tab(program);
  const command = program.commands.find((one) => one.name() === "complete");
  // Behind `--` stand the words to complete, and not the shell that asks for its script.
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
