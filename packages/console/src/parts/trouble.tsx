// What a page shows when its answer did not come.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSigned } from "../signed.ts";
import type { Loaded } from "../use-load.ts";
import { useWords } from "../words/words.ts";
import { explain, isSessionOver } from "./explain.ts";

/** The error of an answer, with a way to try again. It leaves when the session is over. */
export function Trouble({ answer }: { readonly answer: Loaded<unknown> }): JSX.Element | null {
  const words = useWords();
  const { leave } = useSigned();
  const { error } = answer;
  const isOver = isSessionOver(error);
  useEffect(() => {
    if (isOver) leave("over");
  }, [isOver]);
  if (error === undefined || isOver) return null;
  return (
    <p class="trouble" role="alert">
      {words.failedToLoad(explain(words, error))}
      <button type="button" class="quiet" onClick={answer.again}>
        {words.tryAgain}
      </button>
    </p>
  );
}

/** The error of something that was done; nothing when there is none. */
export function Problem({ text }: { readonly text: string }): JSX.Element | null {
  if (text === "") return null;
  return (
    <p class="trouble" role="alert">
      {text}
    </p>
  );
}
