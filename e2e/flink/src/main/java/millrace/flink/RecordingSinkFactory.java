package millrace.flink;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/** Stands in for `print`: keeps the rows, with their kind, instead of printing them. */
public final class RecordingSinkFactory implements DynamicTableSinkFactory {
  /** What one table received. */
  static final class Received {
    final List<Column> columns;
    final ZoneId zone;
    final List<Row> rows = Collections.synchronizedList(new ArrayList<>());

    Received(List<Column> columns, ZoneId zone) {
      this.columns = columns;
      this.zone = zone;
    }
  }

  /** Run id, then table name, in the order of first use. The sink writers live in this same JVM. */
  static final Map<String, Map<String, Received>> RUNS = new ConcurrentHashMap<>();

  static final String IDENTIFIER = "millrace-recording";
  private static final ConfigOption<String> RUN = ConfigOptions.key("millrace-run").stringType().noDefaultValue();
  private static final ConfigOption<String> PRINT_IDENTIFIER = ConfigOptions.key("print-identifier").stringType().noDefaultValue();
  private static final ConfigOption<Boolean> STANDARD_ERROR = ConfigOptions.key("standard-error").booleanType().defaultValue(false);
  private static final ConfigOption<String> ZONE = ConfigOptions.key("table.local-time-zone").stringType().defaultValue("UTC");

  static Map<String, Received> open(String run) {
    Map<String, Received> tables = Collections.synchronizedMap(new LinkedHashMap<>());
    RUNS.put(run, tables);
    return tables;
  }

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(RUN, PRINT_IDENTIFIER, STANDARD_ERROR, FactoryUtil.SINK_PARALLELISM);
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    String table = context.getObjectIdentifier().getObjectName();
    String run = helper.getOptions().get(RUN);
    List<Column> columns = context.getCatalogTable().getResolvedSchema().getColumns().stream().filter(Column::isPersisted).toList();
    ZoneId zone = ZoneId.of(context.getConfiguration().get(ZONE));
    RUNS.get(run).putIfAbsent(table, new Received(columns, zone));
    return new RecordingSink(context.getPhysicalRowDataType(), run, table);
  }

  private record RecordingSink(DataType type, String run, String table) implements DynamicTableSink {
    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
      return requested;
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
      return SinkV2Provider.of(new Recorder(context.createDataStructureConverter(type), run, table));
    }

    @Override
    public DynamicTableSink copy() {
      return this;
    }

    @Override
    public String asSummaryString() {
      return "Print to System.out";
    }
  }

  private record Recorder(DynamicTableSink.DataStructureConverter converter, String run, String table) implements Sink<RowData> {
    @Override
    public SinkWriter<RowData> createWriter(WriterInitContext context) {
      List<Row> rows = RUNS.get(run).get(table).rows;
      return new SinkWriter<>() {
        @Override
        public void write(RowData value, Context context) {
          RowKind kind = value.getRowKind();
          Row row = (Row) converter.toExternal(value);
          row.setKind(kind);
          rows.add(row);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
      };
    }
  }
}
