// A credentials provider that gets temporary keys from STS AssumeRole. The connection calls it
// again before a key expires.
import { type Credentials, percentEncode, signRpc, utf8ToBinary } from "@ossicle/protocol";
import { type CredentialsProvider, credentialsProvider } from "./credentials.ts";

/** The role to assume, and the key that assumes it. */
export interface AssumeRoleOptions {
  /** For example `https://sts.cn-hangzhou.aliyuncs.com`, or an Ossicle store's own URL. */
  readonly endpoint: string;
  /** A long-lived key that may assume the role, or a function that fetches one. */
  readonly credentials: Credentials | CredentialsProvider;
  /** `acs:ram::<account>:role/<name>`. */
  readonly roleArn: string;
  /** 2 to 64 letters, digits and `.@_-`. */
  readonly sessionName: string;
  /** Narrows what the role may do. */
  readonly policy?: object;
  /** 900 to 43,200; 3,600 when absent. */
  readonly durationSeconds?: number;
  /** Replaces the runtime's `fetch`. */
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970; for tests. Default `Date.now`. */
  readonly now?: () => number;
}

/** STS refused the request. */
export class StsError extends Error {
  override readonly name: string = "StsError";
  /** For example `InvalidParameter.RoleArn`. */
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface StsAnswer {
  readonly Code?: string;
  readonly Message?: string;
  readonly Credentials?: {
    readonly AccessKeyId: string;
    readonly AccessKeySecret: string;
    readonly SecurityToken: string;
    readonly Expiration: string;
  };
}

interface Answered {
  readonly response: Response;
  readonly answer: StsAnswer;
}

/**
 * Makes a provider for `credentials` of a connection. It rejects with {@link StsError} when STS
 * refuses. When STS rejects the timestamp, the provider corrects its clock from the answer's `Date`
 * header and repeats the request once.
 */
export function assumeRoleCredentials(options: AssumeRoleOptions): CredentialsProvider {
  const { endpoint, now = Date.now } = options;
  const fetchKey = credentialsProvider(options.credentials, now);
  let skewMs = 0; // how far the server's clock is ahead
  const ask = async (): Promise<Answered> => {
    const credentials = await fetchKey();
    const parameters: [string, string][] = [
      ["Action", "AssumeRole"],
      ["Version", "2015-04-01"],
      ["Format", "JSON"],
      ["RoleArn", options.roleArn],
      ["RoleSessionName", options.sessionName],
      ["AccessKeyId", credentials.accessKeyId],
      ["SignatureMethod", "HMAC-SHA1"],
      ["SignatureVersion", "1.0"],
      ["SignatureNonce", crypto.randomUUID()],
      ["Timestamp", `${new Date(now() + skewMs).toISOString().slice(0, 19)}Z`],
    ];
    if (options.policy !== undefined) parameters.push(["Policy", JSON.stringify(options.policy)]);
    if (options.durationSeconds !== undefined) {
      parameters.push(["DurationSeconds", String(options.durationSeconds)]);
    }
    const signature = await signRpc("POST", parameters, credentials.accessKeySecret);
    const encode = (text: string): string => percentEncode(utf8ToBinary(text));
    const response = await (options.fetch ?? fetch)(endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: [...parameters, ["Signature", signature] as const]
        .map(([name, value]) => `${encode(name)}=${encode(value)}`)
        .join("&"),
    });
    return { response, answer: (await response.json()) as StsAnswer };
  };
  return async () => {
    let { response, answer } = await ask();
    const serverMs = Date.parse(response.headers.get("date") ?? "");
    if (answer.Code?.startsWith("InvalidTimeStamp") === true && !Number.isNaN(serverMs)) {
      skewMs = serverMs - now();
      ({ response, answer } = await ask());
    }
    const found = answer.Credentials;
    if (!response.ok || found === undefined) {
      const { Code: code = "Unknown", Message: message = "" } = answer;
      throw new StsError(response.status, code, message);
    }
    return {
      accessKeyId: found.AccessKeyId,
      accessKeySecret: found.AccessKeySecret,
      securityToken: found.SecurityToken,
      expiresAt: new Date(Date.parse(found.Expiration) - skewMs), // by this machine's clock
    };
  };
}
