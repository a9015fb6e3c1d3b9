// Constructs the callback engine.
import { uptime } from "node:os";
import type { SecretBox } from "./accounts/secret-box.ts";
import type { Address } from "./address.ts";
import { Callbacks, type CallbacksOptions, maxCallbacksUnderWay } from "./callback/callbacks.ts";
import { Guard, systemResolve } from "./callback/sending/guard.ts";
import { isOwnListener, type OwnListener, portOf } from "./callback/sending/own-listeners.ts";
import { Resolver } from "./callback/sending/resolver.ts";
import { CallbackTransport } from "./callback/sending/transport.ts";
import { WebhookSigner } from "./callback/sending/webhook-signer.ts";
import type { Configuration } from "./configuration/settings.ts";
import { effectiveTargets } from "./configuration/posture.ts";
import { serverPolicy } from "./configuration/delivery-settings.ts";
import { parseTargetPolicy } from "./configuration/target-policy.ts";
import type { ChangingServices } from "./objects/versions/change-key.ts";
import type { ServerOverrides } from "./server-overrides.ts";

/** What the engine shares with the rest of the server. */
export interface CallbackParts extends ChangingServices, Pick<CallbacksOptions, "signer" | "log"> {
  readonly box: SecretBox;
  readonly address: Address;
}

/** Makes the engine. It takes over due deliveries only after it is started. */
export function openCallbacks(
  configuration: Configuration,
  { wrapTransport, tracer }: ServerOverrides,
  { box, address, ...parts }: CallbackParts,
): Callbacks {
  const { metadata, clock, signer } = parts;
  const monotonic = (): number => performance.now();
  const resolver = new Resolver(systemResolve, monotonic);
  const guard = new Guard(requirePolicy(effectiveTargets(configuration)), {
    resolve: resolver.resolve,
    own: (host, port) => isOwnListener(ownListeners(configuration, address), host, port),
    onRefused: (reason) => parts.log.info({ reason }, "a callback was refused"),
  });
  const ownKeyUrl = (): string => `${address.url}/_ossicle/callback-keys/${signer.fingerprint}.pem`;
  const transport = new CallbackTransport(guard, configuration.callbackConnections);
  return new Callbacks({
    ...parts,
    guard,
    transport: wrapTransport?.(transport) ?? transport,
    publicKeyUrl: () => configuration.callbackKeyUrl ?? ownKeyUrl(),
    webhooks: new WebhookSigner(metadata, box, clock),
    afterCrash: configuration.afterCrash,
    maxUnderWay: maxCallbacksUnderWay,
    rules: { lengthOptional: configuration.callbackAnswerLength === "optional" },
    policy: serverPolicy(configuration),
    circuitThreshold: configuration.circuitTimeouts,
    tracer,
    random: Math.random,
    monotonic,
    uptime: () => uptime() * 1_000,
  });
}

/** Where this store listens; the port of the data listener is known once it listens. */
function ownListeners(
  { host, port, adminHost, adminPort }: Configuration,
  { listenUrl }: Address,
): readonly OwnListener[] {
  const data = listenUrl === undefined ? port : portOf(listenUrl);
  return [
    { host, port: data },
    ...(adminPort === undefined ? [] : [{ host: adminHost, port: adminPort }]),
  ];
}

function requirePolicy(text: string): NonNullable<ReturnType<typeof parseTargetPolicy>> {
  const policy = parseTargetPolicy(text);
  if (policy === undefined) throw new RangeError(`${text} names no callback targets`);
  return policy;
}
