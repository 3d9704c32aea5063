package millrace.flink;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.table.FileSystemTableFactory;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.data.RowData;

/**
 * The stock file source, one row at a time: the next row is handed out when all other tasks of the job are idle. Where
 * one source feeds both inputs of a join or union, stock Flink lets the two ways race; paced, the order is defined.
 */
public final class PacedFilesFactory extends FileSystemTableFactory {
  static final String IDENTIFIER = "millrace-paced-filesystem";
  private static final String READER_PREFIX = "files-";

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    return new PacedSource((ScanTableSource) super.createDynamicTableSource(context), context.getObjectIdentifier().getObjectName());
  }

  private record PacedSource(ScanTableSource stock, String table) implements ScanTableSource {
    @Override
    public ChangelogMode getChangelogMode() {
      return stock.getChangelogMode();
    }

    @Override
    public DynamicTableSource copy() {
      return new PacedSource((ScanTableSource) stock.copy(), table);
    }

    @Override
    public String asSummaryString() {
      return stock.asSummaryString();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
      SourceProvider provider = (SourceProvider) stock.getScanRuntimeProvider(context);
      String name = table;
      return new DataStreamScanProvider() {
        @Override
        public DataStream<RowData> produceDataStream(ProviderContext providerContext, StreamExecutionEnvironment env) {
          DataStream<RowData> rows = env.fromSource(provider.createSource(), WatermarkStrategy.noWatermarks(), READER_PREFIX + name);
          return rows.transform("pace-" + name, rows.getType(), new Pacer());
        }

        @Override
        public boolean isBounded() {
          return true;
        }
      };
    }
  }

  private static final class Pacer extends AbstractStreamOperator<RowData> implements OneInputStreamOperator<RowData, RowData> {
    private static final long WAIT_NANOS_MAX = 2_000_000_000L;
    private transient boolean seenFirst;

    @Override
    public void processElement(StreamRecord<RowData> record) throws Exception {
      // Before the first row the other tasks may not have started yet: wait longer.
      awaitQuiet(seenFirst ? 3 : 40);
      seenFirst = true;
      output.collect(record);
      awaitQuiet(4);
    }

    /** Returns when all other task threads were parked, without using the CPU, in {@code looks} looks in a row. */
    private static void awaitQuiet(int looks) throws InterruptedException {
      ThreadMXBean threadTimes = ManagementFactory.getThreadMXBean();
      Thread self = Thread.currentThread();
      Thread[] threads = new Thread[256];
      long deadline = System.nanoTime() + WAIT_NANOS_MAX;
      long lastCpuNanos = -1;
      int quiet = 0;
      while (quiet < looks && System.nanoTime() < deadline) {
        Thread.sleep(1);
        int count = self.getThreadGroup().enumerate(threads, false);
        boolean idle = true;
        long cpuNanos = 0;
        for (int i = 0; i < count; i++) {
          Thread t = threads[i];
          if (t == self || !t.getName().contains("(1/1)#") || t.getName().contains(READER_PREFIX)) continue;
          Thread.State state = t.getState();
          if (state == Thread.State.RUNNABLE || state == Thread.State.BLOCKED || state == Thread.State.NEW) idle = false;
          cpuNanos += Math.max(0, threadTimes.getThreadCpuTime(t.getId()));
        }
        quiet = idle && cpuNanos == lastCpuNanos ? quiet + 1 : 0;
        lastCpuNanos = cpuNanos;
      }
    }
  }
}
