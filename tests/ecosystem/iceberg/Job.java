import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.aliyun.AliyunProperties;
import org.apache.iceberg.aliyun.oss.OSSFileIO;
import org.apache.iceberg.avro.Avro;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.avro.DataWriter;
import org.apache.iceberg.data.avro.PlannedDataReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;

/** A table whose files Iceberg keeps in a bucket: appended to, read, changed, expired and dropped. */
public class Job {
  private static final TableIdentifier NAME = TableIdentifier.of("db", "people");

  public static void main(String[] arguments) throws Exception {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));
    try (JdbcCatalog catalog = new JdbcCatalog()) {
      catalog.initialize(
          "ossicle",
          Map.of(
              AliyunProperties.OSS_ENDPOINT, System.getenv("OSS_ENDPOINT"),
              AliyunProperties.CLIENT_ACCESS_KEY_ID, System.getenv("OSS_ACCESS_KEY_ID"),
              AliyunProperties.CLIENT_ACCESS_KEY_SECRET, System.getenv("OSS_ACCESS_KEY_SECRET"),
              CatalogProperties.FILE_IO_IMPL, OSSFileIO.class.getName(),
              CatalogProperties.URI, "jdbc:sqlite:file:catalog?mode=memory&cache=shared",
              JdbcCatalog.PROPERTY_PREFIX + "schema-version", "V1",
              CatalogProperties.WAREHOUSE_LOCATION,
                  "oss://" + System.getenv("OSS_BUCKET") + "/warehouse"));
      catalog.createNamespace(Namespace.of("db"));
      Table table = catalog.createTable(NAME, schema, PartitionSpec.unpartitioned());
      for (long round = 0; round < 3; round++) {
        table.newAppend().appendFile(write(table, round * 1000)).commit();
      }
      check("3,000 rows after three appends", count(catalog) == 3000);
      DataFile first = files(table).get(0);
      table.newDelete().deleteFile(first).commit();
      check("2,000 rows after a file was deleted", count(catalog) == 2000);
      table.updateSchema().addColumn("age", Types.IntegerType.get()).commit();
      check("one more column", catalog.loadTable(NAME).schema().columns().size() == 3);
      table.newAppend().appendFile(write(table, 3000)).commit();
      table.expireSnapshots().expireOlderThan(System.currentTimeMillis() + 1).retainLast(1).commit();
      check("an expired file is gone", !table.io().newInputFile(first.location()).exists());
      check("3,000 rows after the expiry", count(catalog) == 3000);
      DataFile last = files(table).get(0);
      check("drop", catalog.dropTable(NAME, true));
      check("a dropped table's file is gone", !table.io().newInputFile(last.location()).exists());
    }
    System.exit(0);
  }

  private static DataFile write(Table table, long firstId) throws Exception {
    OutputFile file =
        table.io().newOutputFile(table.locationProvider().newDataLocation(firstId + ".avro"));
    FileAppender<Record> rows =
        Avro.write(file).schema(table.schema()).createWriterFunc(DataWriter::create).build();
    try (rows) {
      for (long id = firstId; id < firstId + 1000; id++) {
        rows.add(GenericRecord.create(table.schema()).copy(Map.of("id", id, "name", "name " + id)));
      }
    }
    return DataFiles.builder(table.spec())
        .withPath(file.location())
        .withFormat("avro")
        .withFileSizeInBytes(rows.length())
        .withMetrics(rows.metrics())
        .build();
  }

  private static List<DataFile> files(Table table) throws Exception {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file().copy()));
    }
    return files;
  }

  private static int count(JdbcCatalog catalog) throws Exception {
    Table table = catalog.loadTable(NAME);
    List<Long> ids = new ArrayList<>();
    for (DataFile file : files(table)) {
      try (CloseableIterable<Record> rows =
          Avro.read(table.io().newInputFile(file.location()))
              .project(table.schema())
              .createResolvingReader(PlannedDataReader::create)
              .build()) {
        rows.forEach(row -> ids.add((Long) row.getField("id")));
      }
    }
    return (int) ids.stream().distinct().count();
  }

  private static void check(String what, boolean holds) {
    System.out.println((holds ? "ok " : "FAIL ") + what);
  }
}
