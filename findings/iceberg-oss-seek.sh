#!/usr/bin/env bash
# Package: org.apache.iceberg:iceberg-aliyun 1.10.1 (with com.aliyun.oss:aliyun-sdk-oss 3.10.2).
# Expected: after seek() to the end of a file, read() returns -1, and reads never decrease getPos().
#   Iceberg's in-memory FileIO behaves so.
# Seen: read() at the end of a 10-byte object returns its first byte, '0'. The stream requests
#   "bytes=10-"; OSS ignores a range outside the object and sends the whole object. In addition,
#   each read(byte[]) at the end subtracts one from the position, and read() at the end adds one to
#   it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>demo</groupId><artifactId>demo</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.iceberg</groupId><artifactId>iceberg-aliyun</artifactId><version>1.10.1</version></dependency>
    <dependency><groupId>org.apache.iceberg</groupId><artifactId>iceberg-core</artifactId><version>1.10.1</version></dependency>
    <dependency><groupId>com.aliyun.oss</groupId><artifactId>aliyun-sdk-oss</artifactId><version>3.10.2</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib > log 2>&1 || { cat log; exit 1; }
cat > Demo.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.Map;
import org.apache.iceberg.aliyun.oss.OSSFileIO;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SeekableInputStream;

public class Demo {
  static final byte[] DATA = "0123456789".getBytes();
  static String asked;

  public static void main(String[] arguments) throws Exception {
    // One object, by OSS's rule: a range outside it is ignored.
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      asked = exchange.getRequestHeaders().getFirst("Range");
      int start = Integer.parseInt(asked.replaceAll("\\D", ""));
      boolean inside = start < DATA.length;
      if (inside) exchange.getResponseHeaders().add("Content-Range", "bytes " + start + "-9/10");
      else start = 0;
      exchange.sendResponseHeaders(inside ? 206 : 200, DATA.length - start);
      exchange.getResponseBody().write(DATA, start, DATA.length - start);
      exchange.close();
    });
    server.start();
    InMemoryFileIO memory = new InMemoryFileIO();
    memory.addFile("oss://bucket/digits", DATA);
    OSSFileIO oss = new OSSFileIO();
    oss.initialize(Map.of("oss.endpoint", "http://127.0.0.1:" + server.getAddress().getPort(),
        "client.access-key-id", "id", "client.access-key-secret", "secret"));
    System.out.println("iceberg-aliyun " + arguments[0]);
    String expected = run(memory);
    System.out.println("in memory: " + expected);
    String seen = run(oss);
    System.out.println("OSS:       " + seen);
    System.out.println("Range of the last request: " + asked);
    server.stop(0);
    oss.close();
    if (expected.equals("read all: at 10, read(byte[]) -1 at 10, read(byte[]) -1 at 10, read() -1 at 10; seek(10): read() -1")
        && seen.equals("read all: at 9, read(byte[]) -1 at 8, read(byte[]) -1 at 7, read() -1 at 8; seek(10): read() 48")) return;
    System.out.println("This differs from what is described above.");
    System.exit(1);
  }

  static String run(FileIO io) throws Exception {
    String result = "read all: ";
    try (SeekableInputStream in = io.newInputFile("oss://bucket/digits").newStream()) {
      in.readAllBytes();
      result += "at " + in.getPos();
      for (int i = 0; i < 2; i++) result += ", read(byte[]) " + in.read(new byte[4]) + " at " + in.getPos();
      result += ", read() " + in.read() + " at " + in.getPos();
    }
    try (SeekableInputStream in = io.newInputFile("oss://bucket/digits").newStream()) {
      in.seek(10);
      return result + "; seek(10): read() " + in.read();
    }
  }
}
JAVA
java -cp 'lib/*' Demo.java "$(basename lib/iceberg-aliyun-*.jar .jar | sed s/iceberg-aliyun-//)"
