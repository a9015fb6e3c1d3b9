// Asks the admin listener of a served store.
import { signAdminRequest } from "@ossicle/server";
import { servedCredentials } from "./serve.ts";

/** Sends a signed request. */
export async function askAdmin(url: URL, method: "GET" | "POST" = "GET"): Promise<Response> {
  const credentials = servedCredentials;
  const region = "cn-hangzhou";
  const headers = await signAdminRequest({ method, url, credentials, region, now: new Date() });
  return fetch(url, { method, headers });
}
