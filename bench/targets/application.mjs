// The application that receives callbacks. It answers them at once, and answers GET with the number
// of callbacks that it has received.
import { createServer } from "node:http";

const body = JSON.stringify({ Status: "OK" });
let received = 0;
const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(String(received));
    return;
  }
  received += 1;
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`),
);
