// Adapters for node:http and the frameworks that expose its request and response: Express, Koa,
// Fastify. They need the raw body: mount them before any body parser.
import { checkOptions } from "../check-options.ts";
import {
  type AdapterOptions,
  type CallbackHandler,
  defaultMaxBodyBytes,
  gather,
  handleCallback,
  telling,
  tooLarge,
} from "../handle-callback.ts";
import { rawBytes } from "../received-callback.ts";
import { type CallbackReply, refuse } from "../reply.ts";

/** The part of Node's request that is used. Express sets `originalUrl` before routers cut `url`. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readonly url?: string | undefined;
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * Set by a body parser that ran before. Bytes and text are accepted; a parsed value cannot be
   * verified.
   */
  readonly body?: unknown;
  /**
   * The bytes, where a framework keeps them beside the parsed body: Nest with `rawBody: true`,
   * Google's functions framework.
   */
  readonly rawBody?: unknown;
}

/** What is needed of Node's response. */
export interface NodeResponse {
  readonly writeHead: (status: number, headers: Readonly<Record<string, string>>) => unknown;
  readonly end: (body: Uint8Array) => unknown;
}

/**
 * A listener for node:http, and a route handler for Express.
 * @example
 * const handle = nodeCallback(({ variables }) => ({ saved: variables.text("object") }), { keys });
 * createServer(handle).listen(8080);
 */
export function nodeCallback(
  handler: CallbackHandler,
  options: AdapterOptions = {},
): (
  request: NodeRequest,
  response: NodeResponse,
  next?: (error: unknown) => void,
) => Promise<void> {
  checkOptions(handler, options);
  return async (request, response, next) => {
    try {
      const reply = await replyTo(request, handler, options);
      response.writeHead(reply.status, reply.headers);
      response.end(reply.body);
    } catch (cause) {
      // A client that disconnects early, or a handler that throws, must not end the process.
      if (next !== undefined) return next(cause);
      const reply = refuse(500, { error: "internal-error" });
      response.writeHead(reply.status, reply.headers);
      response.end(reply.body);
    }
  };
}

/** A route handler for Express: `app.post("/callback", expressCallback(handler, options))`. */
export const expressCallback: typeof nodeCallback = nodeCallback;

/** What is needed of Koa's context. */
export interface KoaContext {
  readonly req: NodeRequest;
  status: number;
  body: unknown;
  readonly set: (headers: Record<string, string>) => void;
}

/** A Koa middleware: `router.post("/callback", koaCallback(handler, options))`. */
export function koaCallback(
  handler: CallbackHandler,
  options: AdapterOptions = {},
): (context: KoaContext) => Promise<void> {
  checkOptions(handler, options);
  return async (context) => {
    const reply = await replyTo(context.req, handler, options);
    context.status = reply.status;
    context.set({ ...reply.headers });
    context.body = Buffer.from(reply.body);
  };
}

/** What is needed of a Fastify instance. */
export interface FastifyLike {
  readonly register: (
    plugin: (scope: FastifyScope, options: object, done: () => void) => void,
  ) => unknown;
}

/** What is needed of a Fastify plugin's scope. */
export interface FastifyScope {
  readonly removeAllContentTypeParsers: () => unknown;
  readonly addContentTypeParser: (
    type: string,
    options: { readonly parseAs: "buffer"; readonly bodyLimit: number },
    parser: (
      request: unknown,
      body: Uint8Array,
      done: (error: null, body: Uint8Array) => void,
    ) => void,
  ) => unknown;
  readonly post: (
    path: string,
    handler: (
      request: { readonly raw: NodeRequest; readonly body: unknown },
      reply: FastifyReplyLike,
    ) => Promise<unknown>,
  ) => unknown;
}

/** What is needed of Fastify's reply. */
export interface FastifyReplyLike {
  readonly code: (status: number) => FastifyReplyLike;
  readonly headers: (headers: Record<string, string>) => FastifyReplyLike;
  readonly send: (body: unknown) => unknown;
}

/** Adds a callback route to Fastify, with a parser of its own that keeps the body raw. */
export function fastifyCallback(
  fastify: FastifyLike,
  path: string,
  handler: CallbackHandler,
  options: AdapterOptions = {},
): void {
  checkOptions(handler, options);
  const bodyLimit = options.maxBodyBytes ?? defaultMaxBodyBytes;
  fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.post(path, async ({ raw, body }, reply) => {
      const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
      const received = { target: raw.url ?? "/", headers: raw.headers, body: bytes };
      const made = await telling(options, () => handleCallback(received, handler, options));
      const { status, headers, body: answer } = made;
      return reply
        .code(status)
        .headers({ ...headers })
        .send(Buffer.from(answer));
    });
    done();
  });
}

function replyTo(
  request: NodeRequest,
  handler: CallbackHandler,
  options: AdapterOptions,
): Promise<CallbackReply> {
  return telling(options, async () => {
    const { maxBodyBytes = defaultMaxBodyBytes } = options;
    const kept = [request.rawBody, request.body].find(isRaw);
    const body = kept === undefined ? await gather(request, maxBodyBytes) : rawBytes(kept);
    if (body === undefined || body.length > maxBodyBytes) return tooLarge();
    const target = request.originalUrl ?? request.url ?? "/";
    return handleCallback({ target, headers: request.headers, body }, handler, options);
  });
}

function isRaw(kept: unknown): kept is Uint8Array | string {
  return typeof kept === "string" || kept instanceof Uint8Array;
}
