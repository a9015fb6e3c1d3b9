#!/usr/bin/env bash
# Package: com.aliyun.oss:aliyun-sdk-oss 3.18.5 (Java).
# Expected: Callback takes the body that the application is to receive. A JSON body arrives at OSS
#   as it was given, because the SDK writes the parameter's JSON.
# Seen: the SDK puts body, URL, host and variables between quotes without escaping them. With
#   setCalbackBodyType(JSON) and a body such as {"o":${object}}, the parameter is not JSON, and OSS
#   would refuse the upload (InvalidArgument). With a quote in a variable's value, x-oss-callback-var
#   is not JSON either. Callers have to escape each text themselves.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId><artifactId>demo</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.aliyun.oss</groupId><artifactId>aliyun-sdk-oss</artifactId><version>3.18.5</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib > log 2>&1 || { cat log; exit 1; }
cat > Demo.java <<'JAVA'
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.model.Callback;
import com.aliyun.oss.model.PutObjectRequest;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.concurrent.ConcurrentLinkedQueue;

public class Demo {
  static final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();

  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      for (String name : new String[] {"x-oss-callback", "x-oss-callback-var"}) {
        String value = exchange.getRequestHeaders().getFirst(name);
        received.add(new String(Base64.getDecoder().decode(value)));
      }
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(200, 2);
      exchange.getResponseBody().write("{}".getBytes());
      exchange.close();
    });
    server.start();
    OSS client = new OSSClientBuilder().build(
        "http://127.0.0.1:" + server.getAddress().getPort(), "id", "secret");
    Callback callback = new Callback();
    callback.setCallbackUrl("http://application.example/");
    callback.setCallbackBody("{\"o\":${object},\"v\":${x:v}}");
    callback.setCalbackBodyType(Callback.CalbackBodyType.JSON);
    callback.addCallbackVar("x:v", "a \"quoted\" word");
    PutObjectRequest request =
        new PutObjectRequest("bucket", "key", new ByteArrayInputStream("body".getBytes()));
    request.setCallback(callback);
    client.putObject(request);
    client.shutdown();
    server.stop(0);
    System.out.println("x-oss-callback:     " + received.poll());
    System.out.println("x-oss-callback-var: " + received.poll());
  }
}
JAVA
echo "aliyun-sdk-oss 3.18.5"
java -cp "lib/*" Demo.java > seen
cat seen
diff seen - <<'SEEN' || { echo "This differs from what is described above."; exit 1; }
x-oss-callback:     {"callbackUrl":"http://application.example/","callbackBody":"{"o":${object},"v":${x:v}}","callbackBodyType":"application/json"}
x-oss-callback-var: {"x:v":"a "quoted" word" }
SEEN
