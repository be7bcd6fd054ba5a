package io.qkformer.train.data;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the samples of a data set that could not be read and reports each once. Used by many threads at once. */
final class CorruptLog {
  private static final Logger LOG = LoggerFactory.getLogger(CorruptLog.class);
  private static final int TOLERATED = 10;
  private static final int TOLERATED_SHARE = 100;
  private static final int SHOWN = 5;

  private final String dataset;
  private final int size;
  private final Map<Integer, CorruptFile> found = new LinkedHashMap<>();

  CorruptLog(SampleSource dataset) {
    this.dataset = dataset.name();
    this.size = dataset.size();
  }

  /** So many may be left out. */
  int limit() {
    return Math.max(TOLERATED, size / TOLERATED_SHARE);
  }

  /**
   * Reports those that were not known yet.
   *
   * @throws DatasetException if there are too many in all
   */
  synchronized void add(Collection<CorruptFile> files) throws DatasetException {
    for (CorruptFile file : files) {
      if (found.putIfAbsent(file.index(), file) == null) {
        LOG.warn("sample {} of {} is left out: {}", file.index(), dataset, file.problem());
      }
    }
    if (found.size() > limit()) {
      throw tooMany(found.values());
    }
  }

  synchronized List<CorruptFile> all() {
    return List.copyOf(found.values());
  }

  /** Says how many there are and which come first. */
  DatasetException tooMany(Collection<CorruptFile> files) {
    return new DatasetException(files.size() + " of " + size + " samples of " + dataset + " cannot be read; at most "
        + limit() + " may be left out, and one must remain; the first: "
        + files.stream().limit(SHOWN).map(CorruptFile::problem).collect(Collectors.joining("; ")));
  }
}
