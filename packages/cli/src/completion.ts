// `ossicle complete bash | zsh | fish | powershell`: what the shell needs to complete commands, options and the words that some options take.
import tab from "@bomb.sh/tab/commander";
import { deliveryStates } from "@ossicle/server";
import type { Command } from "commander";

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

/** Adds the command. All others must be there already. */
export function addCompletion(program: Command): void {
  const completion = tab(program);
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
