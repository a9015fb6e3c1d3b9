// Reads answers within bounds: a broken server must not fill the memory, or keep a caller waiting.

/**
 * Longest answer that is read whole, in bytes. OSS's largest document, a page of 1,000 versions,
 * has a few MiB.
 */
const maxAnswerBytes = 67_108_864;

/** Reads a body. Throws RangeError for one that does not end. */
export async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { value } = (await reader?.read()) ?? {};
    if (value === undefined) return new Uint8Array(await new Blob(parts).arrayBuffer());
    size += value.length;
    if (size > maxAnswerBytes) {
      await reader?.cancel();
      throw new RangeError("the answer does not end");
    }
    parts.push(value);
  }
}
