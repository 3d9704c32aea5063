package millrace.verify;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import millrace.runtime.Json;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsWritingMetadata;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * The sink that {@link Verify} puts over the sinks of a job: one file for each subtask, a change a line. It takes every
 * kind of change, as the print connector does.
 */
public final class RowsTableFactory implements DynamicTableSinkFactory {
  static final String IDENTIFIER = "millrace-verify";
  private static final ConfigOption<String> PATH = ConfigOptions.key("path").stringType().noDefaultValue();
  private static final ConfigOption<String> ZONE = ConfigOptions.key("table.local-time-zone").stringType().defaultValue("default");

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(PATH);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    String zone = context.getConfiguration().get(ZONE);
    Map<String, DataType> metadata = new LinkedHashMap<>();
    for (Column column : context.getCatalogTable().getResolvedSchema().getColumns()) {
      if (column instanceof Column.MetadataColumn m && !m.isVirtual()) metadata.put(m.getMetadataKey().orElse(m.getName()), m.getDataType());
    }
    return new RowsSink(context.getPhysicalRowDataType(), metadata, helper.getOptions().get(PATH), zone.equals("default") ? ZoneId.systemDefault() : ZoneId.of(zone));
  }

  private static final class RowsSink implements DynamicTableSink, SupportsWritingMetadata {
    private final Map<String, DataType> metadata;
    private final String path;
    private final ZoneId zone;
    private DataType consumed;

    RowsSink(DataType consumed, Map<String, DataType> metadata, String path, ZoneId zone) {
      this.consumed = consumed;
      this.metadata = metadata;
      this.path = path;
      this.zone = zone;
    }

    @Override
    public Map<String, DataType> listWritableMetadata() {
      return metadata;
    }

    @Override
    public void applyWritableMetadata(List<String> keys, DataType consumedDataType) {
      consumed = consumedDataType;
    }

    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
      return requested;
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
      RowType type = (RowType) consumed.getLogicalType();
      return SinkV2Provider.of(new RowsWriting(context.createDataStructureConverter(consumed), type, path, zone.getId()));
    }

    @Override
    public DynamicTableSink copy() {
      return new RowsSink(consumed, metadata, path, zone);
    }

    @Override
    public String asSummaryString() {
      return "rows for verify";
    }
  }

  private record RowsWriting(DynamicTableSink.DataStructureConverter converter, RowType type, String path, String zone) implements Sink<RowData> {
    @Override
    public SinkWriter<RowData> createWriter(WriterInitContext context) throws IOException {
      Path folder = Path.of(path);
      Files.createDirectories(folder);
      Writer file = Files.newBufferedWriter(folder.resolve("part-" + context.getTaskInfo().getIndexOfThisSubtask() + ".jsonl"), StandardCharsets.UTF_8);
      return new RowsWriter(converter, type, ZoneId.of(zone), file);
    }
  }

  private record RowsWriter(DynamicTableSink.DataStructureConverter converter, RowType type, ZoneId zone, Writer file) implements SinkWriter<RowData> {
    @Override
    public void write(RowData value, Context context) throws IOException {
      RowKind kind = value.getRowKind();
      Row row = (Row) converter.toExternal(value);
      StringBuilder line = new StringBuilder("{\"kind\":\"").append(kind.shortString()).append("\",\"row\":{");
      List<LogicalType> types = type.getChildren();
      for (int i = 0; i < types.size(); i++) {
        if (i > 0) line.append(',');
        Json.quote(line, type.getFieldNames().get(i));
        line.append(':').append(RowText.toJson(row.getField(i), types.get(i), zone));
      }
      file.append(line.append("}}\n"));
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
      file.flush();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
