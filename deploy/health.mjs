// The image's health check: whether the store takes requests at the address that its variables set.
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";

const { OSSICLE_HOST = "127.0.0.1", OSSICLE_PORT = "9650", OSSICLE_TLS_CERT = "" } = process.env;
const host = /^(?:0\.0\.0\.0|::)$/.test(OSSICLE_HOST) ? "127.0.0.1" : OSSICLE_HOST;
const get = OSSICLE_TLS_CERT === "" ? getPlain : getSecure;
// The certificate is for the names that clients use.
const options = { host, port: OSSICLE_PORT, path: "/_ossicle/health", rejectUnauthorized: false };
get(options, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on("error", () =>
  process.exit(1),
);
