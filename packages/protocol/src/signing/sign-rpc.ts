// Signs requests of Alibaba Cloud's RPC protocol, which STS uses: HMAC-SHA1 over method and sorted
// parameters.
import { percentEncode, utf8ToBinary } from "../bytes.ts";
import { hmac } from "./sign.ts";

/** Names and values of a request, without its signature. */
export type RpcParameterList = readonly (readonly [string, string])[];

/** The text that is signed. */
export function stringToSignRpc(method: string, parameters: RpcParameterList): string {
  const encode = (text: string): string => percentEncode(utf8ToBinary(text));
  const query = parameters
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return `${method}&${encode("/")}&${encode(query)}`;
}

/** The signature, Base64. */
export async function signRpc(
  method: string,
  parameters: RpcParameterList,
  accessKeySecret: string,
): Promise<string> {
  const key = utf8ToBinary(`${accessKeySecret}&`);
  return btoa(await hmac("SHA-1", key, stringToSignRpc(method, parameters)));
}
