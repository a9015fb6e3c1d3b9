// Loads one setting of a bucket, and saves it.
import { OssError } from "@ossicle/client";
import { useState } from "preact/hooks";
import { type Task, useTask } from "../parts/use-task.ts";
import { type Loaded, useLoad } from "../use-load.ts";

/** A setting on its page. */
export interface Setting<T> {
  readonly loaded: Loaded<T>;
  readonly task: Task;
  /** Whether the last change was saved. */
  readonly isSaved: boolean;
  /** Does the work, and loads the setting again. */
  readonly save: (work: (signal: AbortSignal) => Promise<unknown>) => void;
}

/** Loads a setting. Where the store says that there is none, it is `missing`. */
export function useSetting<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  missing?: { readonly code: string; readonly value: T },
): Setting<T> {
  const task = useTask();
  const [isSaved, setSaved] = useState(false);
  const loaded = useLoad(key, async (signal) =>
    load(signal).catch((cause: unknown) => {
      if (missing !== undefined && cause instanceof OssError && cause.code === missing.code) {
        return missing.value;
      }
      throw cause;
    }),
  );
  const save: Setting<T>["save"] = (work) => {
    setSaved(false);
    task.start(async (signal) => {
      await work(signal);
      setSaved(true);
      loaded.again();
    });
  };
  return { loaded, task, isSaved, save };
}
