// Mocha loads this file before ali-oss's own tests, which stay unmodified. It resolves
// `*.localhost` to this machine, and redirects connections to port 80 of OSS's hosts and of
// 127.0.0.1 to the endpoint. SUITE_SIGNATURE selects one of the two signature versions that the
// suite would loop over.
const dns = require("node:dns");
const http = require("node:http");
const net = require("node:net");
const path = require("node:path");

dns.setDefaultResultOrder("ipv4first");
const { lookup } = dns;
dns.lookup = (name, ...rest) =>
  lookup(/(?:^|\.)localhost$/.test(name) ? "127.0.0.1" : name, ...rest);

const target = new URL(process.env.ALI_CLOUD_ENDPOINT);
const leading = (connect) =>
  function lead(options, ...rest) {
    const isOss =
      Number(options?.port) === 80 && /(?:\.aliyuncs\.com|^127\.0\.0\.1)$/.test(options.host);
    const changed = { ...options, host: target.hostname, port: Number(target.port || 80) };
    return connect.call(this, isOss ? changed : options, ...rest);
  };
net.createConnection = leading(net.createConnection);
const { prototype: agent } = http.Agent;
agent.createConnection = leading(agent["createConnection"]);

const config = require(path.join(process.cwd(), "test/config.js"));
const isV4 = process.env.SUITE_SIGNATURE !== "v1";
config.conditions.splice(0, config.conditions.length, { authorizationV4: isV4 });
if (process.env.SUITE_STS_ENDPOINT) config.sts.endpoint = process.env.SUITE_STS_ENDPOINT;
