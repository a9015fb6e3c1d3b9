// An application for scenarios. It answers callbacks by the behaviour that the test gives it, and
// records them.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A callback as it arrived. */
export interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Names as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** The application. */
export interface Application {
  readonly url: string;
  readonly received: Received[];
  /** How many connections were opened to it. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** Answers one callback. */
export type Behaviour = (response: ServerResponse, received: Received) => void;

/** Answers 200 with a JSON body. */
export function answerJson(response: ServerResponse, value: unknown = { Status: "OK" }): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** Starts an application. */
export async function startApplication(
  behaviour: Behaviour = (one) => answerJson(one),
): Promise<Application> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one: Received = {
        method: request.method ?? "",
        target: request.url ?? "",
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(one);
      behaviour(response, one);
    });
  });
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
