// A thread that encrypts the pieces of large blobs, one cipher a stream.
import { parentPort } from "node:worker_threads";
import { type ChunkCipher, chunkCipher } from "./chunk-cipher.ts";
import { sealPiece } from "./seal-piece.ts";
import type { SealAnswer, SealRequest } from "./seal-thread.ts";

const ciphers = new Map<number, ChunkCipher>();

function serve(request: SealRequest): void {
  const { kind, stream } = request;
  if (kind === "begin") {
    ciphers.set(stream, chunkCipher(request.cipher, request.key, request.name));
    return;
  }
  if (kind === "end") {
    ciphers.delete(stream);
    return;
  }
  const cipher = ciphers.get(stream);
  if (cipher === undefined) throw new Error("a stream has no cipher");
  sealPiece(cipher, request.piece, request);
  parentPort?.postMessage({ stream } satisfies SealAnswer);
}

parentPort?.on("message", serve);
