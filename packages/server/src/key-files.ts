// Keys and certificates that settings name by file.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { errorMessage } from "@ossicle/store";
import { type CallbackSigner, signerOf } from "./callback/sending/signer.ts";
import type { Configuration } from "./configuration/settings.ts";
import { ConfigurationError } from "./configuration/configuration-error.ts";
import { readSettingFile } from "./configuration/operator-mistakes.ts";

/**
 * Reads the key that signs callbacks; undefined where the store has its own. Throws
 * ConfigurationError.
 */
export async function readSigner({
  callbackKey,
}: Configuration): Promise<CallbackSigner | undefined> {
  if (callbackKey === undefined) return undefined;
  const pem = await readSettingFile("--callback-key", callbackKey);
  try {
    return signerOf(pem);
  } catch (cause) {
    const why = errorMessage(cause);
    throw new ConfigurationError(
      [`--callback-key ${JSON.stringify(callbackKey)} is no RSA private key in PEM: ${why}`],
      { cause },
    );
  }
}

/**
 * Reads the certificate and its key; undefined without TLS. Throws a ConfigurationError that names
 * every file that cannot be read.
 */
export async function readTls({
  tlsCert,
  tlsKey,
}: Configuration): Promise<{ cert: string; key: string } | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const [certRead, keyRead] = await Promise.allSettled([
    readSettingFile("--tls-cert", tlsCert),
    readSettingFile("--tls-key", tlsKey),
  ]);
  if (certRead.status === "rejected" || keyRead.status === "rejected")
    throw new ConfigurationError([certRead, keyRead].flatMap(mistakesOf));
  const [cert, key] = [certRead.value, keyRead.value];
  try {
    createSecureContext({ cert, key });
    // OpenSSL compares them only where both are of the same type.
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      throw new Error("the key is that of another certificate");
    }
  } catch (cause) {
    const why = errorMessage(cause);
    const files = `--tls-cert ${tlsCert} and --tls-key ${tlsKey}`;
    const mistake = `${files} are not a certificate and its key: ${why}`;
    throw new ConfigurationError([mistake], { cause });
  }
  return { cert, key };
}

function mistakesOf(read: PromiseSettledResult<string>): readonly string[] {
  if (read.status === "fulfilled") return [];
  if (!(read.reason instanceof ConfigurationError)) throw read.reason;
  return read.reason.mistakes;
}
