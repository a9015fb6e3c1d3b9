// The thread that hashes large streams: MD5 and CRC-64, one state a stream.
import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { createCRC64 } from "hash-wasm";
import type { HashAnswer, HashRequest } from "./hash-thread.ts";

type Crc64 = Awaited<ReturnType<typeof createCRC64>>;

interface State {
  readonly md5: Hash;
  readonly crc64: Crc64;
}

const states = new Map<number, Promise<State>>();

function stateOf(stream: number): Promise<State> {
  const known = states.get(stream);
  if (known !== undefined) return known;
  const made = createCRC64().then((crc64) => ({ md5: createHash("md5"), crc64: crc64.init() }));
  states.set(stream, made);
  return made;
}

async function serve(request: HashRequest): Promise<void> {
  if (request.kind === "drop") {
    states.delete(request.stream);
    return;
  }
  const { md5, crc64 } = await stateOf(request.stream);
  if (request.kind === "update") {
    md5.update(request.chunk);
    crc64.update(request.chunk);
    answer({ stream: request.stream });
    return;
  }
  states.delete(request.stream);
  const digests = {
    md5: Uint8Array.from(md5.digest()),
    crc64: BigInt(`0x${crc64.digest("hex")}`).toString(),
  };
  answer({ stream: request.stream, digests });
}

function answer(message: HashAnswer): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (request: HashRequest) => void serve(request));
