package io.qkformer.examples.study;

import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.SummaryCsv;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One training of a study: a variant with a seed, in a run folder of its own.
 *
 * @param variant the row
 * @param seed    of weights, order and augmentation
 * @param recipe  complete
 * @param folder  its run folder, which may not be there yet
 */
public record StudyRun(Variant variant, long seed, Recipe recipe, Path folder) {

  /** How far it is. */
  public enum State {
    /** There is no run folder yet. */
    NEW,
    /** It was stopped or killed. */
    STARTED,
    /** All epochs are done. */
    FINISHED
  }

  private static final String SEED = "seed";
  /** Keys that change no number. */
  private static final Set<String> NEUTRAL = Set.of("threads", "workers", "output", "experiment", "log_interval");

  /**
   * All trainings of a study: each variant with the first seed, then each with the second, so that a study that is
   * interrupted has something to compare.
   *
   * @param overrides of the recipe, {@code key=value}; what the study's variants say counts before them
   * @param out       the folder of all run folders
   * @throws RecipeException when a key or value is wrong, naming the study and the variant
   * @throws IOException     when the base is a file that cannot be read
   */
  public static List<StudyRun> plan(Study study, List<String> overrides, Path out) throws IOException {
    List<StudyRun> runs = new ArrayList<>();
    Map<Variant, List<String>> changes = study.changes(overrides);
    for (long seed : study.seeds()) {
      for (Variant variant : study.variants()) {
        List<String> keys = new ArrayList<>(study.before(overrides));
        keys.addAll(changes.get(variant));
        keys.add(SEED + "=" + seed);
        try {
          runs.add(new StudyRun(variant, seed, Recipes.named(study.base(), keys),
              out.resolve(variant.id() + "-seed-" + seed)));
        } catch (RecipeException e) {
          throw new RecipeException("study " + study.id() + ", " + variant.name() + ": " + e.getMessage());
        }
      }
    }
    return runs;
  }

  /**
   * How far it is.
   *
   * @throws IOException when its folder holds a run of another recipe, naming the key that differs, or cannot be read
   */
  public State state() throws IOException {
    Path file = folder.resolve(RunFiles.RECIPE);
    if (!Files.isRegularFile(file)) {
      return State.NEW;
    }
    requireSameRecipe(file);
    List<EpochMetrics> rows = rows();
    return !rows.isEmpty() && rows.get(rows.size() - 1).epoch() + 1 >= recipe.schedule().totalEpochs()
        ? State.FINISHED : State.STARTED;
  }

  private void requireSameRecipe(Path file) throws IOException {
    Map<String, String> wanted = Recipes.values(recipe);
    Map<String, String> there = Recipes.values(Recipes.read(file, List.of()));
    for (Map.Entry<String, String> line : wanted.entrySet()) {
      String value = there.get(line.getKey());
      if (!NEUTRAL.contains(line.getKey()) && !line.getValue().equals(value)) {
        throw new IOException(folder + " holds a run of another recipe: expected " + line.getKey() + ": "
            + line.getValue() + ", got " + value + "; choose another --out, or move that folder away");
      }
    }
  }

  /**
   * Its epochs so far.
   *
   * @throws IOException when the table cannot be read
   */
  public List<EpochMetrics> rows() throws IOException {
    return new SummaryCsv(folder.resolve(RunFiles.SUMMARY)).read();
  }

  /** What messages call it. */
  public String label() {
    return variant.name() + ", seed " + seed;
  }
}
