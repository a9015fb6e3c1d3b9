// Opens a page in a Chromium of its own, without a window.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Opens a page in a browser of its own. Resolves with a function that closes the browser. */
export async function openPage(url: string): Promise<() => Promise<void>> {
  const profile = await mkdtemp(join(tmpdir(), "ossicle-chromium-"));
  const browser = spawn(
    "chromium",
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--remote-debugging-port=0", // keeps the browser open until it is killed
      `--user-data-dir=${profile}`,
      url,
    ],
    { stdio: "ignore", detached: true },
  );
  await once(browser, "spawn");
  const exited = once(browser, "exit");
  return async () => {
    process.kill(-(browser.pid ?? 0), "SIGKILL"); // the process group, with the browser's helpers
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  };
}
