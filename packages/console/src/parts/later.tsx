// A page whose code is loaded when it is first shown, so that signing in need not wait for it.
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { explain } from "./explain.ts";
import { useWords } from "../words/words.ts";

/** Makes a component of one that is loaded later. */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Later(props: Props): JSX.Element {
    const words = useWords();
    const [, setRound] = useState(0);
    const [error, setError] = useState<unknown>();
    const fetchIt = (): void => {
      if (loaded !== undefined) return;
      load().then(
        (component) => {
          loaded = component;
          setError(undefined);
          setRound((before) => before + 1);
        },
        (cause: unknown) => setError(cause),
      );
    };
    useEffect(() => {
      fetchIt();
      addEventListener("online", fetchIt);
      return () => removeEventListener("online", fetchIt);
    }, []);
    if (error !== undefined && loaded === undefined) {
      return (
        <p class="trouble" role="alert">
          {words.failedToLoad(explain(words, error))}
          <button type="button" class="quiet" onClick={fetchIt}>
            {words.tryAgain}
          </button>
        </p>
      );
    }
    const Loaded = loaded;
    return Loaded === undefined ? <p>{words.loading}</p> : <Loaded {...props} />;
  };
}
