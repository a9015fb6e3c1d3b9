import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FsShell;
import org.apache.hadoop.util.ToolRunner;

/** Commands of `hadoop fs` on a bucket, all in one JVM. */
public class Job {
  private static final Configuration configuration = new Configuration();
  private static byte[] printed;

  public static void main(String[] arguments) throws Exception {
    configuration.set("fs.oss.impl", "org.apache.hadoop.fs.aliyun.oss.AliyunOSSFileSystem");
    configuration.set("fs.oss.endpoint", System.getenv("OSS_ENDPOINT"));
    configuration.set("fs.oss.accessKeyId", System.getenv("OSS_ACCESS_KEY_ID"));
    configuration.set("fs.oss.accessKeySecret", System.getenv("OSS_ACCESS_KEY_SECRET"));
    configuration.set("fs.oss.multipart.upload.size", "10485760");
    String root = "oss://" + System.getenv("OSS_BUCKET");
    Path local = Files.createTempDirectory("hadoop-job");
    byte[] small = "hello\n".getBytes();
    byte[] large = new byte[25_000_000];
    new Random(1).nextBytes(large);
    String smallFile = Files.write(local.resolve("small"), small).toString();
    String largeFile = Files.write(local.resolve("large"), large).toString();
    Path back = local.resolve("back");

    check("mkdir -p", shell("-mkdir", "-p", root + "/a/b") == 0);
    check("put", shell("-put", smallFile, root + "/a/small") == 0);
    check("cat", shell("-cat", root + "/a/small") == 0 && Arrays.equals(small, printed));
    check("put of an existing file is refused", shell("-put", smallFile, root + "/a/small") != 0);
    check("put -f", shell("-put", "-f", smallFile, root + "/a/small") == 0);
    check("put of 25 MB", shell("-put", largeFile, root + "/a/b/large") == 0);
    check("get", shell("-get", root + "/a/b/large", back.toString()) == 0);
    check("bytes", Arrays.equals(large, Files.readAllBytes(back)));
    String odd = root + "/a/sp ace+plus%20per&cent=\u00fc";
    check("put of an odd name", shell("-put", smallFile, odd) == 0);
    check("cat of an odd name", shell("-cat", odd) == 0 && Arrays.equals(small, printed));
    shell("-ls", "-R", root + "/");
    check("ls -R", new String(printed).contains(odd) && new String(printed).contains("/a/b/large"));
    shell("-du", "-s", root + "/a");
    check("du -s", new String(printed).startsWith("" + (large.length + 2 * small.length)));
    check("cp", shell("-cp", root + "/a/small", root + "/a/copy") == 0);
    check("mv of a folder", shell("-mv", root + "/a", root + "/z") == 0);
    check("test -e of its old name", shell("-test", "-e", root + "/a") == 1);
    shell("-cat", root + "/z/b/large");
    check("cat below its new name", Arrays.equals(large, printed));
    check("rm -r", shell("-rm", "-r", "-skipTrash", root + "/z") == 0);
    check("test -e after rm -r", shell("-test", "-e", root + "/z") == 1);
    System.exit(0);
  }

  private static int shell(String... command) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true));
    try {
      return ToolRunner.run(configuration, new FsShell(), command);
    } finally {
      System.out.flush();
      System.setOut(before);
      printed = out.toByteArray();
    }
  }

  private static void check(String what, boolean holds) {
    System.out.println((holds ? "ok " : "FAIL ") + what);
  }
}
