// Waits for the signal to stop, for commands that run until they are stopped.

/** Resolves at the first SIGTERM or SIGINT. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    // Later signals are ignored: a service manager sends one to every process of the group, and the
    // primary sends its workers another.
    process.on("SIGTERM", () => resolve());
    process.on("SIGINT", () => resolve());
  });
}
