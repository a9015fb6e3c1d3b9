// Implements the stories with aliyun-sdk-oss.
import com.aliyun.oss.*;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.model.*;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.stream.Collectors;

public class Conformance {
  static final String BUCKET = env("BUCKET");
  static final String APPLICATION = env("APPLICATION");
  static final String ODD_KEY = "dir/a b+中&%41.txt";
  static final OSS client = connect();

  interface Story { void tell() throws Exception; }

  static String env(String name) { return System.getenv("CONFORMANCE_" + name); }

  static OSS connect() {
    ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
    configuration.setSignatureVersion(env("SIGNATURE").equals("v4") ? SignVersion.V4 : SignVersion.V1);
    configuration.setMaxErrorRetry(0);
    return OSSClientBuilder.create().endpoint(env("ENDPOINT"))
        .credentialsProvider(new DefaultCredentialProvider(env("ID"), env("SECRET")))
        .clientConfiguration(configuration).region(env("REGION")).build();
  }

  static void same(Object actual, Object expected) {
    if (!Objects.equals(actual, expected)) throw new AssertionError(actual + " is not " + expected);
  }

  static void put(String key, String body) { client.putObject(BUCKET, key, stream(body)); }

  static void allowOrigin(String origin) {
    SetBucketCORSRequest.CORSRule rule = new SetBucketCORSRequest.CORSRule();
    rule.addAllowdOrigin(origin);
    rule.addAllowedMethod("PUT");
    SetBucketCORSRequest request = new SetBucketCORSRequest(BUCKET);
    request.addCorsRule(rule);
    client.setBucketCORS(request);
  }

  static InputStream stream(String body) { return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)); }

  static String get(String key) throws Exception {
    try (InputStream body = client.getObject(BUCKET, key).getObjectContent()) { return text(body); }
  }

  static String text(InputStream in) throws Exception { return new String(in.readAllBytes(), StandardCharsets.UTF_8); }

  static String start(String key) {
    return client.initiateMultipartUpload(new InitiateMultipartUploadRequest(BUCKET, key)).getUploadId();
  }

  static PartETag part(String key, String upload, int number, String body) {
    return client.uploadPart(new UploadPartRequest(BUCKET, key, upload, number, stream(body), body.length())).getPartETag();
  }

  static long append(String key, long position, String body) {
    return client.appendObject(new AppendObjectRequest(BUCKET, key, stream(body)).withPosition(position)).getNextPosition();
  }

  static void fails(Story work, String code, String ec) throws Exception {
    try { work.tell(); } catch (OSSException error) {
      same(error.getErrorCode(), code);
      if (ec != null) same(error.getEC(), ec);
      same(error.getRequestId().length(), 24);
      return;
    }
    throw new AssertionError("it did not fail");
  }

  static Callback callback(String path, String body) {
    Callback callback = new Callback();
    callback.setCallbackUrl(APPLICATION + path);
    callback.setCallbackBody(body);
    callback.setCalbackBodyType(Callback.CalbackBodyType.URL);
    callback.addCallbackVar("x:v", "one two");
    return callback;
  }

  static final String TEMPLATE = "bucket=${bucket}&object=${object}&v=${x:v}";

  static String answer(String key) {
    return "{\"Status\":\"OK\",\"received\":\"bucket=" + BUCKET + "&object=" + key + "&v=one%20two\"}";
  }

  static Date soon() { return new Date(System.currentTimeMillis() + 300_000); }

  static String send(URL url, Map<String, String> headers, String body) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    headers.forEach(connection::setRequestProperty);
    connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    same(connection.getResponseCode(), 200);
    return text(connection.getInputStream());
  }

  static List<String> keys(List<OSSObjectSummary> found) {
    return found.stream().map(OSSObjectSummary::getKey).collect(Collectors.toList());
  }

  public static void main(String[] args) {
    Map<String, Story> stories = new LinkedHashMap<>();
    stories.put("bucket", () -> {
      client.createBucket(BUCKET);
      same(client.listBuckets(new ListBucketsRequest(BUCKET, null, 10)).getBucketList().get(0).getName(), BUCKET);
      same(client.getBucketInfo(BUCKET).getBucket().getName(), BUCKET);
      same(client.getBucketLocation(BUCKET), "oss-" + env("REGION"));
      same(client.getBucketStat(BUCKET).getObjectCount(), 0L);
      same(client.doesBucketExist(BUCKET), true);
    });
    stories.put("bucket-acl", () -> {
      client.setBucketAcl(BUCKET, CannedAccessControlList.PublicRead);
      same(client.getBucketAcl(BUCKET).getCannedACL(), CannedAccessControlList.PublicRead);
      client.setBucketAcl(BUCKET, CannedAccessControlList.Private);
    });
    stories.put("put-get", () -> {
      ObjectMetadata metadata = new ObjectMetadata();
      metadata.addUserMetadata("author", "alice");
      client.putObject(BUCKET, "a.txt", stream("hello"), metadata);
      same(get("a.txt"), "hello");
      same(client.getObjectMetadata(BUCKET, "a.txt").getUserMetadata().get("author"), "alice");
    });
    stories.put("odd-key", () -> {
      put(ODD_KEY, "odd");
      same(get(ODD_KEY), "odd");
    });
    stories.put("range", () -> {
      GetObjectRequest request = new GetObjectRequest(BUCKET, "a.txt");
      request.setRange(1, 3);
      same(text(client.getObject(request).getObjectContent()), "ell");
    });
    stories.put("head", () -> {
      same(client.headObject(BUCKET, "a.txt").getContentLength(), 5L);
      same(client.getSimplifiedObjectMeta(BUCKET, "a.txt").getSize(), 5L);
      same(client.doesObjectExist(BUCKET, "missing"), false);
    });
    stories.put("missing", () -> {
      fails(() -> client.getObject(BUCKET, "missing"), "NoSuchKey", "0026-00000001");
      fails(() -> client.headObject(BUCKET, "missing"), "NoSuchKey", null);
    });
    stories.put("list", () -> {
      for (String key : List.of("l/1", "l/2", "l/sub/3")) put(key, "x");
      ObjectListing page = client.listObjects(new ListObjectsRequest(BUCKET).withPrefix("l/").withDelimiter("/").withMaxKeys(2));
      same(keys(page.getObjectSummaries()), List.of("l/1", "l/2"));
      ObjectListing rest = client.listObjects(new ListObjectsRequest(BUCKET).withPrefix("l/").withDelimiter("/").withMarker(page.getNextMarker()));
      same(rest.getCommonPrefixes(), List.of("l/sub/"));
    });
    stories.put("list-v2", () -> {
      ListObjectsV2Result page = client.listObjectsV2(new ListObjectsV2Request(BUCKET).withPrefix("l/").withMaxKeys(2).withFetchOwner(true));
      same(page.getKeyCount(), 2);
      ListObjectsV2Result rest = client.listObjectsV2(new ListObjectsV2Request(BUCKET).withPrefix("l/").withContinuationToken(page.getNextContinuationToken()));
      same(keys(rest.getObjectSummaries()), List.of("l/sub/3"));
    });
    stories.put("copy", () -> {
      client.copyObject(BUCKET, ODD_KEY, BUCKET, "copy.txt");
      same(get("copy.txt"), "odd");
    });
    stories.put("object-acl", () -> {
      same(client.getObjectAcl(BUCKET, "a.txt").getPermission(), ObjectPermission.Default);
      client.setObjectAcl(BUCKET, "a.txt", CannedAccessControlList.PublicRead);
      same(client.getObjectAcl(BUCKET, "a.txt").getPermission(), ObjectPermission.PublicRead);
    });
    stories.put("presign-get", () ->
        same(text(client.generatePresignedUrl(BUCKET, ODD_KEY, soon()).openStream()), "odd"));
    stories.put("presign-put", () -> {
      GeneratePresignedUrlRequest request = new GeneratePresignedUrlRequest(BUCKET, "p.txt", HttpMethod.PUT);
      request.setExpiration(soon());
      request.setContentType("text/plain");
      send(client.generatePresignedUrl(request), Map.of("Content-Type", "text/plain"), "presigned");
      same(get("p.txt"), "presigned");
    });
    stories.put("callback-answered", () -> {
      PutObjectRequest request = new PutObjectRequest(BUCKET, "cb.txt", stream("x"));
      request.setCallback(callback("/ok", TEMPLATE));
      PutObjectResult result = client.putObject(request);
      try (InputStream body = result.getCallbackResponseBody()) { same(text(body), answer("cb.txt")); }
    });
    stories.put("callback-failed", () -> {
      PutObjectRequest request = new PutObjectRequest(BUCKET, "cbf.txt", stream("stored"));
      request.setCallback(callback("/fail", TEMPLATE));
      fails(() -> client.putObject(request), "CallbackFailed", "0007-00000203");
      same(get("cbf.txt"), "stored");
    });
    stories.put("callback-refused", () -> {
      PutObjectRequest request = new PutObjectRequest(BUCKET, "cbr.txt", stream("x"));
      request.setCallback(callback("/ok", "$(object)"));
      fails(() -> client.putObject(request), "InvalidArgument", "0007-00000105");
      same(client.doesObjectExist(BUCKET, "cbr.txt"), false);
    });
    stories.put("callback-presigned", () -> {
      Base64.Encoder base64 = Base64.getEncoder();
      String callback = "{\"callbackUrl\":\"" + APPLICATION + "/ok\",\"callbackBody\":\"" + TEMPLATE + "\"}";
      GeneratePresignedUrlRequest request = new GeneratePresignedUrlRequest(BUCKET, "cbp.txt", HttpMethod.PUT);
      request.setExpiration(soon());
      request.setContentType("text/plain");
      request.addQueryParameter("callback", base64.encodeToString(callback.getBytes(StandardCharsets.UTF_8)));
      request.addQueryParameter("callback-var", base64.encodeToString("{\"x:v\":\"one two\"}".getBytes(StandardCharsets.UTF_8)));
      same(send(client.generatePresignedUrl(request), Map.of("Content-Type", "text/plain"), "x"), answer("cbp.txt"));
    });
    stories.put("callback-triggered", () -> {
      Base64.Encoder base64 = Base64.getEncoder();
      String callback = "{\"callbackUrl\":\"" + APPLICATION + "/ok\",\"callbackBody\":\"" + TEMPLATE + "\"}";
      String process = "trigger/callback,callback_" + base64.encodeToString(callback.getBytes(StandardCharsets.UTF_8))
          + ",callback-var_" + base64.encodeToString("{\"x:v\":\"one two\"}".getBytes(StandardCharsets.UTF_8));
      GenericResult result = client.processObject(new ProcessObjectRequest(BUCKET, "a.txt", process));
      try (InputStream body = result.getResponse().getContent()) { same(text(body), answer("a.txt")); }
    });
    stories.put("multipart", () -> {
      String key = "dir/multi part.bin", body = "a".repeat(102400);
      String upload = start(key);
      List<PartETag> parts = new ArrayList<>(List.of(part(key, upload, 1, body)));
      UploadPartCopyRequest copy = new UploadPartCopyRequest(BUCKET, ODD_KEY, BUCKET, key);
      copy.setUploadId(upload);
      copy.setPartNumber(2);
      parts.add(client.uploadPartCopy(copy).getPartETag());
      same(client.listMultipartUploads(new ListMultipartUploadsRequest(BUCKET)).getMultipartUploads().get(0).getKey(), key);
      same(client.listParts(new ListPartsRequest(BUCKET, key, upload)).getParts().get(1).getSize(), 3L);
      same(client.completeMultipartUpload(new CompleteMultipartUploadRequest(BUCKET, key, upload, parts)).getETag().endsWith("-2"), true);
      same(get(key), body + "odd");
    });
    stories.put("multipart-abort", () -> {
      String upload = start("aborted");
      client.abortMultipartUpload(new AbortMultipartUploadRequest(BUCKET, "aborted", upload));
      fails(() -> client.listParts(new ListPartsRequest(BUCKET, "aborted", upload)), "NoSuchUpload", "0042-00000002");
    });
    stories.put("multipart-callback", () -> {
      String upload = start("cbm.txt");
      List<PartETag> parts = List.of(part("cbm.txt", upload, 1, "x"));
      CompleteMultipartUploadRequest request = new CompleteMultipartUploadRequest(BUCKET, "cbm.txt", upload, new ArrayList<>(parts));
      request.setCallback(callback("/ok", TEMPLATE));
      try (InputStream body = client.completeMultipartUpload(request).getCallbackResponseBody()) { same(text(body), answer("cbm.txt")); }
    });
    stories.put("append", () -> {
      same(append("log", 0, "one "), 4L);
      append("log", 4, "two");
      fails(() -> append("log", 1, "x"), "PositionNotEqualToLength", "0026-00000016");
      same(get("log"), "one two");
    });
    stories.put("symlink", () -> {
      client.createSymlink(BUCKET, "link", ODD_KEY);
      same(client.getSymlink(BUCKET, "link").getTarget(), ODD_KEY);
      same(get("link"), "odd");
    });
    stories.put("object-tagging", () -> {
      Map<String, String> tags = Map.of("colour", "blue", "a b", "c+d");
      client.setObjectTagging(BUCKET, "a.txt", tags);
      same(client.getObjectTagging(BUCKET, "a.txt").getAllTags(), tags);
      client.deleteObjectTagging(BUCKET, "a.txt");
      same(client.getObjectTagging(BUCKET, "a.txt").getAllTags().size(), 0);
    });
    stories.put("restore", () -> {
      ObjectMetadata metadata = new ObjectMetadata();
      metadata.setHeader("x-oss-storage-class", StorageClass.Archive);
      client.putObject(BUCKET, "cold", stream("x"), metadata);
      fails(() -> client.getObject(BUCKET, "cold"), "InvalidObjectState", null);
      same(client.restoreObject(BUCKET, "cold").getStatusCode(), 202);
      fails(() -> client.restoreObject(BUCKET, "cold"), "RestoreAlreadyInProgress", null);
    });
    stories.put("cors", () -> {
      allowOrigin("https://a.example");
      same(client.getBucketCORSRules(BUCKET).get(0).getAllowedOrigins(), List.of("https://a.example"));
      client.deleteBucketCORSRules(BUCKET);
      fails(() -> client.getBucketCORSRules(BUCKET), "NoSuchCORSConfiguration", null);
    });
    stories.put("referer", () -> {
      client.setBucketReferer(BUCKET, new BucketReferer(false, List.of("https://*.example.com")));
      BucketReferer found = client.getBucketReferer(BUCKET);
      same(found.getRefererList(), List.of("https://*.example.com"));
      same(found.isAllowEmptyReferer(), false);
      client.setBucketReferer(BUCKET, new BucketReferer());
      same(client.getBucketReferer(BUCKET).getRefererList().size(), 0);
    });
    stories.put("lifecycle", () -> {
      SetBucketLifecycleRequest ask = new SetBucketLifecycleRequest(BUCKET);
      ask.AddLifecycleRule(new LifecycleRule("old", "logs/", LifecycleRule.RuleStatus.Enabled, 30));
      client.setBucketLifecycle(ask);
      same(client.getBucketLifecycle(BUCKET).get(0).getExpirationDays(), 30);
      client.deleteBucketLifecycle(BUCKET);
      fails(() -> client.getBucketLifecycle(BUCKET), "NoSuchLifecycle", null);
    });
    stories.put("worm", () -> {
      String name = BUCKET + "-worm";
      client.createBucket(name);
      client.initiateBucketWorm(name, 1);
      client.abortBucketWorm(name);
      String id = client.initiateBucketWorm(name, 1).getWormId();
      client.completeBucketWorm(name, id);
      client.extendBucketWorm(name, id, 2);
      same(client.getBucketWorm(name).getRetentionPeriodInDays(), 2);
      client.deleteBucket(name);
    });
    stories.put("website", () -> {
      SetBucketWebsiteRequest ask = new SetBucketWebsiteRequest(BUCKET);
      ask.setIndexDocument("index.html");
      ask.setErrorDocument("error.html");
      client.setBucketWebsite(ask);
      same(client.getBucketWebsite(BUCKET).getIndexDocument(), "index.html");
      client.deleteBucketWebsite(BUCKET);
      fails(() -> client.getBucketWebsite(BUCKET), "NoSuchWebsiteConfiguration", null);
    });
    stories.put("logging", () -> {
      SetBucketLoggingRequest ask = new SetBucketLoggingRequest(BUCKET);
      ask.setTargetBucket(BUCKET);
      ask.setTargetPrefix("logs/");
      client.setBucketLogging(ask);
      same(client.getBucketLogging(BUCKET).getTargetPrefix(), "logs/");
      client.deleteBucketLogging(BUCKET);
      same(client.getBucketLogging(BUCKET).getTargetBucket(), null);
    });
    stories.put("select", () -> {
      byte[] text = "name,age\nLora,27\n\"Little, Eleanor\",43\nRosie,44\n".getBytes(StandardCharsets.UTF_8);
      client.putObject(BUCKET, "people.csv", new ByteArrayInputStream(text));
      SelectObjectMetadata counts =
          client.createSelectObjectMetadata(
              new CreateSelectObjectMetadataRequest(BUCKET, "people.csv")
                  .withInputSerialization(new InputSerialization().withCsvInputFormat(new CSVFormat())));
      same(counts.getCsvObjectMetadata().getTotalLines(), 4L);
      CSVFormat format = new CSVFormat().withHeaderInfo(CSVFormat.Header.Use);
      SelectObjectRequest query =
          new SelectObjectRequest(BUCKET, "people.csv")
              .withInputSerialization(new InputSerialization().withCsvInputFormat(format))
              .withOutputSerialization(new OutputSerialization().withCsvOutputFormat(new CSVFormat()).withCrcEnabled(true))
              .withExpression("select name from ossobject where age > 40");
      byte[] rows = client.selectObject(query).getObjectContent().readAllBytes();
      same(new String(rows, StandardCharsets.UTF_8), "\"Little, Eleanor\"\nRosie\n");
      client.deleteObject(BUCKET, "people.csv");
    });
    stories.put("account-block", () -> {
      client.putPublicAccessBlock(new PutPublicAccessBlockRequest(true));
      same(client.getPublicAccessBlock().getBlockPublicAccess(), true);
      client.deletePublicAccessBlock();
      same(client.getPublicAccessBlock().getBlockPublicAccess(), false);
    });
    stories.put("encryption", () -> {
      ServerSideEncryptionByDefault rule = new ServerSideEncryptionByDefault(SSEAlgorithm.AES256);
      ServerSideEncryptionConfiguration config = new ServerSideEncryptionConfiguration();
      config.setApplyServerSideEncryptionByDefault(rule);
      client.setBucketEncryption(new SetBucketEncryptionRequest(BUCKET, config));
      rule = client.getBucketEncryption(BUCKET).getApplyServerSideEncryptionByDefault();
      same(rule.getSSEAlgorithm(), "AES256");
      client.putObject(BUCKET, "sealed", new ByteArrayInputStream(new byte[100_000]));
      ObjectMetadata metadata = client.getObjectMetadata(BUCKET, "sealed");
      same(metadata.getServerSideEncryption(), "AES256");
      same(client.getObject(BUCKET, "sealed").getObjectContent().readAllBytes().length, 100_000);
      client.deleteObject(BUCKET, "sealed");
      client.deleteBucketEncryption(BUCKET);
      fails(() -> client.getBucketEncryption(BUCKET), "NoSuchServerSideEncryptionRule", null);
    });
    stories.put("inventory", () -> {
      InventoryOSSBucketDestination target = new InventoryOSSBucketDestination();
      target.setFormat(InventoryFormat.CSV);
      target.setAccountId("1");
      target.setRoleArn("acs:ram::1:role/r");
      target.setBucket(BUCKET);
      InventoryDestination destination = new InventoryDestination();
      destination.setOssBucketDestination(target);
      InventoryConfiguration config = new InventoryConfiguration();
      config.setInventoryId("all");
      config.setEnabled(true);
      config.setInventoryFilter(new InventoryFilter().withPrefix("in/"));
      config.setSchedule(new InventorySchedule().withFrequency(InventoryFrequency.Daily));
      config.setIncludedObjectVersions(InventoryIncludedObjectVersions.Current);
      config.setOptionalFields(List.of("Size"));
      config.setDestination(destination);
      client.setBucketInventoryConfiguration(BUCKET, config);
      same(client.getBucketInventoryConfiguration(BUCKET, "all").getInventoryConfiguration().getInventoryFilter().getPrefix(), "in/");
      same(client.listBucketInventoryConfigurations(BUCKET).getInventoryConfigurationList().size(), 1);
      client.deleteBucketInventoryConfiguration(BUCKET, "all");
      fails(() -> client.getBucketInventoryConfiguration(BUCKET, "all"), "NoSuchInventory", null);
    });
    stories.put("meta-query", () -> {
      put("searched/long", "a longer text");
      client.openMetaQuery(BUCKET);
      same(List.of("Ready", "Running").contains(client.getMetaQueryStatus(BUCKET).getState()), true);
      String query = "{\"Field\": \"Filename\", \"Operation\": \"prefix\", \"Value\": \"searched/\"}";
      DoMetaQueryResult found = client.doMetaQuery(new DoMetaQueryRequest(BUCKET, 5, query, "Size"));
      same(found.getFiles().getFile().get(0).getFilename(), "searched/long");
      client.closeMetaQuery(BUCKET);
      client.deleteObject(BUCKET, "searched/long");
    });
    stories.put("save-image", () -> {
      String pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
        + "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
      client.putObject(BUCKET, "pixel.png", new ByteArrayInputStream(Base64.getDecoder().decode(pixel)));
      String name = Base64.getEncoder().encodeToString("larger.png".getBytes(StandardCharsets.UTF_8));
      client.processObject(new ProcessObjectRequest(BUCKET, "pixel.png", "image/resize,w_2,limit_0|sys/saveas,o_" + name)).getResponse().getContent().close();
      same(client.doesObjectExist(BUCKET, "larger.png"), true);
      client.deleteObject(BUCKET, "pixel.png");
      client.deleteObject(BUCKET, "larger.png");
    });
    stories.put("style", () -> {
      PutImageStyleRequest put = new PutImageStyleRequest();
      put.SetBucketName(BUCKET);
      put.SetStyleName("small");
      put.SetStyle("image/resize,p_50");
      client.putImageStyle(put);
      same(client.getImageStyle(BUCKET, "small").GetStyle(), "image/resize,p_50");
      same(client.listImageStyle(BUCKET).size(), 1);
      client.deleteImageStyle(BUCKET, "small");
      fails(() -> client.getImageStyle(BUCKET, "small"), "NoSuchStyle", null);
    });
    stories.put("policy", () -> {
      String text = "{\"Version\":\"1\",\"Statement\":[{\"Action\":[\"oss:PutObject\"],"
          + "\"Effect\":\"Allow\",\"Resource\":[\"acs:oss:*:*:*/user1/*\"]}]}";
      client.setBucketPolicy(BUCKET, text);
      same(client.getBucketPolicy(BUCKET).getPolicyText(), text);
      client.deleteBucketPolicy(BUCKET);
      fails(() -> client.getBucketPolicy(BUCKET), "NoSuchBucketPolicy", null);
    });
    stories.put("policy-status", () -> {
      same(client.getBucketPolicyStatus(BUCKET).isPublic(), false);
    });
    stories.put("bucket-tags", () -> {
      client.setBucketTagging(BUCKET, Map.of("team", "one"));
      same(client.getBucketTagging(BUCKET).getAllTags(), Map.of("team", "one"));
      client.deleteBucketTagging(BUCKET);
      same(client.getBucketTagging(BUCKET).getAllTags().size(), 0);
    });
    stories.put("request-payment", () -> {
      for (Payer payer : List.of(Payer.Requester, Payer.BucketOwner)) {
        client.setBucketRequestPayment(BUCKET, payer);
        same(client.getBucketRequestPayment(BUCKET).getPayer(), payer);
      }
    });
    stories.put("bucket-settings", () -> {
      client.setBucketTransferAcceleration(BUCKET, true);
      same(client.getBucketTransferAcceleration(BUCKET).isEnabled(), true);
      client.putBucketAccessMonitor(BUCKET, "Enabled");
      same(client.getBucketAccessMonitor(BUCKET).getStatus(), "Enabled");
      client.putBucketPublicAccessBlock(new PutBucketPublicAccessBlockRequest(BUCKET, true));
      same(client.getBucketPublicAccessBlock(BUCKET).getBlockPublicAccess(), true);
      client.deleteBucketPublicAccessBlock(BUCKET);
      client.putBucketHttpsConfig(new PutBucketHttpsConfigRequest(BUCKET, true, List.of("TLSv1.2", "TLSv1.3")));
      same(client.getBucketHttpsConfig(BUCKET).getTlsVersion(), List.of("TLSv1.2", "TLSv1.3"));
      client.putBucketHttpsConfig(new PutBucketHttpsConfigRequest(BUCKET).withEnabled(false));
    });
    stories.put("preflight", () -> {
      allowOrigin("https://a.example");
      OptionsRequest ask = new OptionsRequest(BUCKET, "a.txt").withOrigin("https://a.example").withRequestMethod(HttpMethod.PUT);
      same(client.optionsObject(ask).getHeaders().get("Access-Control-Allow-Origin"), "https://a.example");
      client.deleteBucketCORSRules(BUCKET);
      fails(() -> client.optionsObject(ask), "AccessForbidden", null);
    });
    stories.put("resource-group", () -> {
      same(client.getBucketResourceGroup(BUCKET).getResourceGroupId(), "rg-default");
      client.setBucketResourceGroup(new SetBucketResourceGroupRequest(BUCKET, "rg-acfmxazb4ph1234"));
      same(client.getBucketResourceGroup(BUCKET).getResourceGroupId(), "rg-acfmxazb4ph1234");
    });
    stories.put("archive-direct-read", () -> {
      client.putBucketArchiveDirectRead(new PutBucketArchiveDirectReadRequest(BUCKET, true));
      same(client.getBucketArchiveDirectRead(BUCKET).getEnabled(), true);
    });
    stories.put("callback-policy", () -> {
      String callback = Base64.getEncoder().encodeToString("{\"callbackUrl\":\"http://a.example/\",\"callbackBody\":\"b\"}".getBytes(StandardCharsets.UTF_8));
      client.setBucketCallbackPolicy(new SetBucketCallbackPolicyRequest(BUCKET, List.of(new PolicyCallbackItem("one", callback))));
      PolicyCallbackItem found = client.getBucketCallbackPolicy(new GenericRequest(BUCKET)).getPolicyCallbackItems().get(0);
      same(List.of(found.getPolicyName(), found.getCallback()), List.of("one", callback));
      client.deleteBucketCallbackPolicy(new GenericRequest(BUCKET));
      fails(() -> client.getBucketCallbackPolicy(new GenericRequest(BUCKET)), "BucketCallbackPolicyNotExist", null);
    });
    stories.put("acceleration-removed", () -> {
      client.setBucketTransferAcceleration(BUCKET, true);
      client.deleteBucketTransferAcceleration(BUCKET);
      fails(() -> client.getBucketTransferAcceleration(BUCKET), "NoSuchTransferAccelerationConfiguration", null);
    });
    stories.put("live-channels", () -> same(client.listLiveChannels(BUCKET).size(), 0));
    stories.put("regions", () -> {
      DescribeRegionsRequest request = new DescribeRegionsRequest();
      request.setRegion("oss-" + env("REGION"));
      same(client.describeRegions(request).getRegionInfoList().get(0).getRegion(), "oss-" + env("REGION"));
    });
    stories.put("seal", () -> {
      append("sealed", 0, "all");
      SealAppendObjectRequest request = new SealAppendObjectRequest(BUCKET, "sealed");
      request.setPosition(3L);
      client.sealAppendObject(request);
      fails(() -> append("sealed", 3, "x"), "MethodNotAllowed", "0003-00000016");
    });
    stories.put("versioning", () -> {
      String name = BUCKET + "-v";
      client.createBucket(name);
      client.setBucketVersioning(new SetBucketVersioningRequest(name, new BucketVersioningConfiguration("Enabled")));
      same(client.getBucketVersioning(name).getStatus(), "Enabled");
      String first = client.putObject(name, "k", stream("1")).getVersionId();
      client.putObject(name, "k", stream("2"));
      client.deleteObject(name, "k");
      fails(() -> client.getObject(name, "k"), "NoSuchKey", null);
      try (InputStream body = client.getObject(new GetObjectRequest(name, "k", first)).getObjectContent()) { same(text(body), "1"); }
      List<OSSVersionSummary> found = client.listVersions(name, "").getVersionSummaries();
      same(found.stream().filter(OSSVersionSummary::isDeleteMarker).count() + " of " + found.size(), "1 of 3");
      for (OSSVersionSummary one : found) client.deleteVersion(name, "k", one.getVersionId());
      client.deleteBucket(name);
    });
    stories.put("delete", () -> {
      same(client.deleteObject(BUCKET, "a.txt").getResponse().getStatusCode(), 204);
      List<String> keys = keys(client.listObjects(new ListObjectsRequest(BUCKET).withMaxKeys(1000)).getObjectSummaries());
      same(client.deleteObjects(new DeleteObjectsRequest(BUCKET).withKeys(keys)).getDeletedObjects().size(), keys.size());
    });
    stories.put("delete-bucket", () -> {
      put("left", "x");
      fails(() -> client.deleteBucket(BUCKET), "BucketNotEmpty", "0015-00000301");
      client.deleteObject(BUCKET, "left");
      client.deleteBucket(BUCKET);
    });
    stories.forEach(Conformance::report);
    client.shutdown();
  }

  static void report(String name, Story story) {
    String result = "{\"story\":\"" + name + "\",\"ok\":true}";
    try { story.tell(); } catch (Throwable cause) {
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace));
      String detail = trace.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "").replace("\t", " ");
      result = "{\"story\":\"" + name + "\",\"ok\":false,\"detail\":\"" + detail + "\"}";
    }
    System.out.println(result);
  }
}
