package millrace.flink;

import java.util.stream.Stream;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;

/** One mini cluster for all scripts: starting one per job would cost most of the time. */
final class SharedCluster implements PipelineExecutorServiceLoader {
  static final String TARGET = "millrace-judge";
  private static final int SLOTS = 16;
  private final MiniCluster cluster;

  private SharedCluster(MiniCluster cluster) {
    this.cluster = cluster;
  }

  static SharedCluster start() throws Exception {
    Configuration c = new Configuration();
    c.setString("taskmanager.memory.managed.size", "1g");
    c.setString("taskmanager.memory.network.min", "256m");
    c.setString("taskmanager.memory.network.max", "256m");
    // The machine may be busy with other tests; a missed heartbeat would be read as a lost worker.
    c.setString("heartbeat.timeout", "600000");
    c.setString("rest.port", "0");
    c.setString("rest.bind-port", "0");
    MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
        .setConfiguration(c).setNumTaskManagers(1).setNumSlotsPerTaskManager(SLOTS).withRandomPorts().build());
    cluster.start();
    return new SharedCluster(cluster);
  }

  @Override
  public PipelineExecutorFactory getExecutorFactory(Configuration ignored) {
    return new PipelineExecutorFactory() {
      @Override
      public String getName() {
        return TARGET;
      }

      @Override
      public boolean isCompatibleWith(Configuration c) {
        return true;
      }

      @Override
      public PipelineExecutor getExecutor(Configuration c) {
        return (Pipeline pipeline, Configuration configuration, ClassLoader loader) ->
            cluster.submitJob(PipelineExecutorUtils.getStreamGraph(pipeline, configuration))
                .thenApply(submitted -> (JobClient) new MiniClusterJobClient(submitted.getJobID(), cluster, loader,
                    MiniClusterJobClient.JobFinalizationBehavior.NOTHING));
      }
    };
  }

  @Override
  public Stream<String> getExecutorNames() {
    return Stream.of(TARGET);
  }
}
