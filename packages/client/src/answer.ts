// Reads a response body up to a size limit, so that an endless answer of a broken server neither
// fills the memory nor keeps the caller waiting.

/**
 * Largest answer that is read into memory, in bytes. OSS's largest document, a page of 1,000
 * versions, is a few MiB.
 */
const maxAnswerBytes = 67_108_864;

/** Reads a response body. Throws RangeError when it is larger than the limit. */
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
      throw new RangeError("answer exceeds 64 MiB");
    }
    parts.push(value);
  }
}
