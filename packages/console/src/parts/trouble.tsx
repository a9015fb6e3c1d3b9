// What a page shows when its answer did not come.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Answer } from "../use-answer.ts";
import { explain } from "./explain.ts";
import { useWords } from "../words/words.ts";

interface TroubleProps {
  readonly answer: Answer<unknown>;
  /** Called when the session is over. */
  readonly onOver: () => void;
}

/** The error of an answer, with a way to try again. */
export function Trouble({ answer, onOver }: TroubleProps): JSX.Element | null {
  const words = useWords();
  const { error } = answer;
  const isOver = error?.status === 403;
  useEffect(() => {
    if (isOver) onOver();
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
