// When the rounds of a delivery begin under a retry policy.
import type { DeliveryRetry } from "@ossicle/protocol";

/** Values where neither the bucket nor the server sets any (docs/how-to/serve.md). */
const defaults: Required<DeliveryRetry> = {
  maxAttempts: 1,
  firstDelaySeconds: 5,
  maxDelaySeconds: 3_600,
  maxAgeSeconds: 86_400,
  timeoutSeconds: 5,
};

/** Rounds that are computed at most: a policy may allow 1,000. */
const maxRounds = 1_000;

/**
 * The latest begin of each round, in seconds after the upload, if every round fails at once. The
 * pauses double; chance shortens each of them by up to half.
 */
export function retrySchedule(retry: DeliveryRetry): readonly number[] {
  const { maxAttempts, firstDelaySeconds, maxDelaySeconds, maxAgeSeconds } = {
    ...defaults,
    ...retry,
  };
  const rounds = [0];
  let atSeconds = 0;
  for (let round = 1; round < Math.min(maxAttempts, maxRounds); round += 1) {
    atSeconds += Math.min(maxDelaySeconds, firstDelaySeconds * 2 ** Math.min(round - 1, 40));
    if (atSeconds > maxAgeSeconds) break;
    rounds.push(atSeconds);
  }
  return rounds;
}
