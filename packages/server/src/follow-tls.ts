// Follows the certificate's files, so that a renewal needs no restart.
import { errorMessage } from "@ossicle/store";
import type { Logger } from "pino";
import type { Configuration } from "./configuration/settings.ts";
import { readTls } from "./key-files.ts";

/** How often the files are read, in milliseconds. */
const lookEveryMs = 5_000;

/** A certificate chain and its key, in PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** The certificate as it is now. */
export interface FollowedTls {
  readonly current: () => Tls;
  readonly close: () => void;
}

/**
 * Reads the certificate, and again every few seconds; undefined without TLS. While the files do not
 * belong together, as during their renewal, the earlier certificate is used. Throws
 * ConfigurationError when they are wrong at first.
 */
export async function followTls(
  configuration: Configuration,
  log: Logger,
  onRenewed: (tls: Tls) => void = () => undefined,
): Promise<FollowedTls | undefined> {
  const first = await readTls(configuration);
  if (first === undefined) return undefined;
  let current: Tls = first;
  let reported = "";
  let isClosed = false;
  const look = async (): Promise<void> => {
    try {
      const found = (await readTls(configuration)) ?? current;
      reported = "";
      if (isClosed || (found.cert === current.cert && found.key === current.key)) return;
      onRenewed(found);
      current = found;
      log.info("the TLS certificate was renewed");
    } catch (cause) {
      const why = errorMessage(cause);
      if (why !== reported) log.warn({ why }, "the earlier TLS certificate is used");
      reported = why;
    }
  };
  let timer: NodeJS.Timeout;
  const lookLater = (): void => {
    if (!isClosed) timer = setTimeout(() => void look().finally(lookLater), lookEveryMs).unref();
  };
  lookLater();
  return {
    current: () => current,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
