// The uploads, in a corner of every page.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { explain, isSessionOver } from "../parts/explain.ts";
import { visible } from "../parts/visible.ts";
import { useSigned } from "../signed.ts";
import { useSizes, useWords } from "../words/words.ts";
import type { Upload, UploadState } from "./upload-queue.ts";

/** Uploads that are listed one by one: those that need attention, and those that run. */
const maxListed = 50;

const order: Readonly<Record<UploadState, number>> = {
  failed: 0,
  offline: 1,
  running: 2,
  paused: 3,
  waiting: 4,
  done: 5,
  cancelled: 6,
};

/** The panel; nothing without uploads. */
export function UploadPanel(): JSX.Element | null {
  const words = useWords();
  const { uploads, leave } = useSigned();
  const [, setRound] = useState(0);
  const [isOpen, setOpen] = useState(true);
  useEffect(() => uploads.listen(() => setRound((before) => before + 1)), [uploads]);
  const all = uploads.all;
  const underWay = all.some(({ state }) => order[state] > 0 && order[state] < order.done);
  useWarning(underWay);
  const isSessionEnded = all.some(({ problem }) => isSessionOver(problem));
  useEffect(() => {
    if (isSessionEnded) leave("over");
  }, [isSessionEnded]);
  if (all.length === 0) return null;
  const count = (state: UploadState): number => all.filter((one) => one.state === state).length;
  const [done, failed] = [count("done"), count("failed")];
  const listed = [...all].sort((left, right) => order[left.state] - order[right.state]);
  return (
    <section class="uploads card" aria-label={words.uploads.title}>
      <div class="uploads-head">
        <span class="uploads-count">{words.uploads.counts(done, all.length, failed)}</span>
        <output class="hidden" aria-live="polite">
          {underWay ? words.uploads.title : words.uploads.counts(done, all.length, failed)}
        </output>
        <button type="button" class="quiet" onClick={() => setOpen(!isOpen)}>
          {isOpen ? words.uploads.fold : words.uploads.unfold}
        </button>
        {underWay ? (
          <button type="button" class="quiet" onClick={() => uploads.cancelAll()}>
            {words.uploads.cancelAll}
          </button>
        ) : (
          <button type="button" class="quiet" onClick={() => uploads.clear()}>
            {words.close}
          </button>
        )}
      </div>
      <Total all={all} />
      {isOpen ? (
        <ul>
          {listed.slice(0, maxListed).map((upload) => (
            <UploadRow key={upload.id} upload={upload} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

// Leaving the page would end the uploads, so the browser asks.
function useWarning(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isNeeded]);
}

function Total({ all }: { readonly all: readonly Upload[] }): JSX.Element {
  const words = useWords();
  const counted = all.filter(({ state }) => state !== "cancelled");
  const size = counted.reduce((sum, { file }) => sum + file.size, 0);
  const sent = counted.reduce((sum, upload) => sum + upload.sent, 0);
  return <progress max={Math.max(1, size)} value={sent} aria-label={words.uploads.title} />;
}

function UploadRow({ upload }: { readonly upload: Upload }): JSX.Element {
  const words = useWords();
  const showSize = useSizes();
  const { uploads } = useSigned();
  const { id, key, file, state, sent, problem } = upload;
  const name = visible(key);
  const labels = {
    pause: words.uploads.pause,
    resume: words.uploads.resume,
    cancel: words.uploads.cancel,
  };
  const may = {
    pause: (state === "running" && sent < file.size) || state === "waiting" || state === "offline",
    resume: state === "paused" || state === "failed" || state === "offline",
    cancel: order[state] > 0 && order[state] < order.done,
  };
  return (
    <li class={`upload ${state}`}>
      <span class="upload-name" title={name}>
        {name}
      </span>
      <small>
        {words.uploads.states[state]} · {showSize(sent)} / {showSize(file.size)}
        {problem === undefined ? "" : ` · ${explain(words, problem)}`}
      </small>
      {(["pause", "resume", "cancel"] as const).map((verb) =>
        may[verb] ? (
          <button
            key={verb}
            type="button"
            class="quiet small"
            aria-label={`${labels[verb]}: ${name}`}
            onClick={() => uploads[verb](id)}
          >
            {labels[verb]}
          </button>
        ) : null,
      )}
    </li>
  );
}
