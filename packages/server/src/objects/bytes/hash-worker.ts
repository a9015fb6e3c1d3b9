// A thread that hashes large streams with one algorithm: MD5 or CRC-64, one state a stream.
import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { createCRC64 } from "hash-wasm";
import type { Algorithm, HashAnswer, HashRequest } from "./hash-thread.ts";

interface State {
  readonly update: (chunk: Uint8Array) => void;
  readonly digest: () => string;
}

const algorithm = workerData as Algorithm; // set by HashThread, which starts this file
const states = new Map<number, Promise<State>>();

async function newState(): Promise<State> {
  if (algorithm === "md5") {
    const hash = createHash("md5");
    return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest("hex") };
  }
  const hash = (await createCRC64()).init();
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest("hex") };
}

function stateOf(stream: number): Promise<State> {
  const known = states.get(stream);
  if (known !== undefined) return known;
  const made = newState();
  states.set(stream, made);
  return made;
}

async function serve(request: HashRequest): Promise<void> {
  if (request.kind === "drop") {
    states.delete(request.stream);
    return;
  }
  const state = await stateOf(request.stream);
  if (request.kind === "update") {
    state.update(request.chunk);
    answer({ stream: request.stream });
    return;
  }
  states.delete(request.stream);
  answer({ stream: request.stream, digest: state.digest() });
}

function answer(message: HashAnswer): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (request: HashRequest) => void serve(request));
