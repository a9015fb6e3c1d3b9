// The upper limit: a bare node:http server that receives or sends the same bytes. With a callback,
// it signs, calls the application, and answers.
import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { Agent, createServer, request as httpRequest } from "node:http";

const size = Number(process.env.BARE_SIZE ?? 4096);
const callback = process.env.BARE_CALLBACK;
const bits = Number(process.env.BARE_BITS ?? 2048);
const body = Buffer.alloc(size, "ossicle!");
const key =
  callback === undefined
    ? undefined
    : createPrivateKey(
        generateKeyPairSync("rsa", { modulusLength: bits }).privateKey.export({
          type: "pkcs8",
          format: "pem",
        }),
      );
const agent = new Agent({ keepAlive: false });

function callBack(done) {
  const payload = Buffer.from("object=k%2F00000000&size=4096");
  sign("md5", payload, key, (_error, signature) => {
    const call = httpRequest(
      callback,
      {
        method: "POST",
        agent,
        headers: {
          "content-length": payload.length,
          "content-md5": createHash("md5").update(payload).digest("base64"),
          authorization: signature.toString("base64"),
        },
      },
      (reply) => {
        const chunks = [];
        reply
          .on("data", (chunk) => chunks.push(chunk))
          .on("end", () => done(Buffer.concat(chunks)));
      },
    );
    call.on("error", () => done(undefined));
    call.end(payload);
  });
}

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.writeHead(200, { "content-length": size });
    response.end(body);
    return;
  }
  const chunks = [];
  request
    .on("data", (chunk) => chunks.push(chunk))
    .on("end", () => {
      if (callback === undefined) {
        response.writeHead(200, { "content-length": 0 });
        response.end();
      } else
        callBack((answer = Buffer.alloc(0)) => {
          response.writeHead(answer.length > 0 ? 200 : 500, { "content-length": answer.length });
          response.end(answer);
        });
    });
});
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`),
);
