// Adapters for code that uses the Fetch API's Request and Response: fetch handlers, Hono, edge
// runtimes.
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
import type { CallbackReply } from "../reply.ts";

/**
 * A fetch handler for callbacks.
 * @example
 * const handle = webCallback(({ variables }) => ({ saved: variables.text("object") }), { keys });
 * export default { fetch: handle };
 */
export function webCallback(
  handler: CallbackHandler,
  options: AdapterOptions = {},
): (request: Request) => Promise<Response> {
  checkOptions(handler, options);
  return (request) =>
    telling(options, async () => {
      const { maxBodyBytes = defaultMaxBodyBytes } = options;
      const body = await gather(request.body ?? new Blob([]).stream(), maxBodyBytes);
      if (body === undefined) return response(tooLarge());
      const target = request.url.replace(/^[a-z]+:\/\/[^/?]*/i, "");
      const received = { target, headers: request.headers, body };
      return response(await handleCallback(received, handler, options));
    });
}

/** A Hono route handler: `app.post("/callback", honoCallback(handler, options))`. */
export function honoCallback(
  handler: CallbackHandler,
  options: AdapterOptions = {},
): (context: { readonly req: { readonly raw: Request } }) => Promise<Response> {
  const handle = webCallback(handler, options);
  return (context) => handle(context.req.raw);
}

function response({ status, headers, body }: CallbackReply): Response {
  return new Response(body, { status, headers });
}
