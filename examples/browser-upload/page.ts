// The page: asks the application for a ticket, sends the file to the store, and shows what the
// application answered to the store's callback.
import { CallbackFailedError, OssError, readUploadAnswer } from "@ossicle/client";
import type { UploadTicket } from "@ossicle/kit";

const input = document.querySelector<HTMLInputElement>("#file");
const output = document.querySelector<HTMLOutputElement>("#result");

input?.addEventListener("change", () => {
  const file = input.files?.[0];
  if (file === undefined || output === null) return;
  upload(file).then(
    (answer) => (output.value = `saved: ${JSON.stringify(answer)}`),
    (cause: unknown) => (output.value = explain(cause)),
  );
});

async function upload(file: File): Promise<unknown> {
  const asked = await fetch("/ticket", {
    method: "POST",
    headers: { "content-type": "application/json" },
    // The browser sends the file's type with the upload: the ticket must carry the same one.
    body: JSON.stringify({ name: file.name, type: file.type, size: file.size }),
  });
  if (!asked.ok) throw new Error(`no ticket: ${await asked.text()}`);
  const { url, method, headers } = (await asked.json()) as UploadTicket;
  const response = await fetch(url, { method, headers, body: file });
  // Not `response.json()`: a callback that failed is a 203, for which `response.ok` is true, and
  // its body is XML.
  const { callback } = await readUploadAnswer(response);
  return callback?.json();
}

function explain(cause: unknown): string {
  if (cause instanceof CallbackFailedError) return "stored, but the application did not confirm it";
  if (cause instanceof OssError) return `refused by the store: ${cause.code}`;
  return String(cause);
}
