// An application in a container: answers each callback whose signature is valid.
import { createServer } from "node:http";
import { nodeCallback } from "@ossicle/kit";

const { TRUSTED_KEYS = "" } = process.env;
const options = {
  trustedKeyUrls: [TRUSTED_KEYS],
  onRefused: (reason) => process.stderr.write(`${reason}\n`),
};
const handle = nodeCallback(({ variables }) => ({ saved: variables.text("object") }), options);
createServer((request, response) => void handle(request, response)).listen(8080, "0.0.0.0");
