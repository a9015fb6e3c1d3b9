// Does what a button asks for, one thing at a time, and keeps what went wrong.
import { useEffect, useState } from "preact/hooks";
import { useSigned } from "../signed.ts";
import { useWords } from "../words/words.ts";
import { explain, isSessionOver } from "./explain.ts";

/** The state of the task. */
export interface Task {
  readonly isBusy: boolean;
  /** What went wrong; empty when nothing did. */
  readonly problem: string;
  readonly start: (work: (signal: AbortSignal) => Promise<unknown>) => void;
  /** Ends the work, if there is any. */
  readonly cancel: () => void;
}

/** Keeps a task. Leaving the page ends it. */
export function useTask(): Task {
  const words = useWords();
  const { leave } = useSigned();
  const [running, setRunning] = useState<AbortController>();
  const [problem, setProblem] = useState("");
  useEffect(() => () => running?.abort(), [running]);
  const start: Task["start"] = (work) => {
    const controller = new AbortController();
    setRunning(controller);
    setProblem("");
    work(controller.signal)
      .catch((cause: unknown) => {
        if (controller.signal.aborted) return;
        if (isSessionOver(cause)) leave("over");
        setProblem(explain(words, cause));
      })
      .finally(() => setRunning((now) => (now === controller ? undefined : now)));
  };
  return { isBusy: running !== undefined, problem, start, cancel: () => running?.abort() };
}
