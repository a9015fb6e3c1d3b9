// Constructs the data listener and starts it.
import type { AddressInfo } from "node:net";
import type { HostRules } from "@ossicle/protocol";
import { tracedHandle } from "./callback/sending/tracing.ts";
import type { Configuration } from "./configuration/settings.ts";
import { listenMistake } from "./configuration/operator-mistakes.ts";
import { DataListener } from "./http/listener.ts";
import { type FollowedTls, followTls, type Tls } from "./follow-tls.ts";
import type { Address } from "./address.ts";
import type { OpenedServices } from "./open-services.ts";
import { handle } from "./request/handle.ts";
import { publicFileServer } from "./request/public-files.ts";
import { endpointRule } from "./request/route.ts";
import type { ServerOverrides } from "./server-overrides.ts";

/** What the listener serves. */
export type ListenerParts = Pick<OpenedServices, "services" | "metrics" | "failure"> &
  Pick<ServerOverrides, "tracer"> & { readonly address: Address };

function openListener(
  configuration: Configuration,
  { services, metrics, failure, address, tracer }: ListenerParts,
  tls: Tls | undefined,
): DataListener {
  const { clock, log, callbacks, memory } = services;
  const hosts: HostRules = {
    baseDomains: [...configuration.baseDomains, "localhost"],
    customDomains: configuration.customDomains,
  };
  const endpoint = endpointRule(configuration.advertisedUrl, () => address.url);
  const { fingerprint, publicKey } = callbacks.signer;
  return new DataListener({
    handle: tracedHandle(tracer, (message) => handle({ services, hosts, endpoint }, message)),
    publicFile: publicFileServer({
      hosts,
      clock,
      health: () => failure()?.message,
      callbackKeys: new Map([[fingerprint, publicKey]]),
      webhookKeys: () => callbacks.webhooks.jwks(),
    }),
    tls,
    trustedProxies: configuration.trustedProxies,
    clock,
    log,
    onAnswered: (operation, status, tookMs) => metrics.request(operation, status, tookMs),
    answers: memory.answers,
  });
}

/** A listener that listens, and the certificate that it follows. */
export interface StartedListener {
  readonly listener: DataListener;
  readonly listenUrl: string;
  readonly tls: FollowedTls | undefined;
}

/** Starts listening. Throws ConfigurationError when the server cannot listen on the address. */
export async function startListening(
  configuration: Configuration,
  parts: ListenerParts,
): Promise<StartedListener> {
  const tls = await followTls(configuration, parts.services.log, (renewed) =>
    listener.renewTls(renewed),
  );
  const listener = openListener(configuration, parts, tls?.current());
  try {
    return { listener, listenUrl: await listen(listener, configuration), tls };
  } catch (cause) {
    tls?.close();
    throw cause;
  }
}

async function listen(
  { server }: DataListener,
  { host, port, tlsCert }: Configuration,
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const options = { host: "--host", port: "--port" };
    const refuse = (cause: Error): void => reject(listenMistake(cause, { host, port, options }));
    server.once("error", refuse);
    server.listen({ host, port, backlog: 1_024 }, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo; // a TCP listener's address is always an object
  const scheme = tlsCert === undefined ? "http" : "https";
  const name =
    bound.address === "0.0.0.0" || bound.address === "::"
      ? "127.0.0.1"
      : bound.family === "IPv6"
        ? `[${bound.address}]`
        : bound.address;
  return `${scheme}://${name}:${bound.port}`;
}
