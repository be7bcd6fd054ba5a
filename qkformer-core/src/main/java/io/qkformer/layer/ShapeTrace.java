package io.qkformer.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Collects what a model would compute for an input of a given shape, and the memory a training step would take, without
 * computing it. A layer says what it keeps in its {@code trace}: {@link #keep}, {@link #keepInput}, {@link #work},
 * and where it calls other layers {@link #hold} and {@link #holds}.
 */
public final class ShapeTrace {

  /**
   * One layer's line.
   *
   * @param name                the name its parameters start with
   * @param kind                what it is
   * @param output              its output
   * @param multiplyAccumulates of one forward pass with dense arithmetic
   * @param memory              of a training step
   */
  public record Row(String name, String kind, MapShape output, long multiplyAccumulates, LayerMemory memory) {

    Row with(LayerMemory newMemory) {
      return new Row(name, kind, output, multiplyAccumulates, newMemory);
    }
  }

  /**
   * A part that may be computed again.
   *
   * @param from    index of its first row
   * @param to      index behind its last row
   * @param setting from which on it is computed again
   * @param input   shape of its input
   * @param kept    what keeping its input alone takes
   * @param working of its last row, without what its callers hold
   */
  public record Part(int from, int to, Recompute setting, MapShape input, LayerMemory kept, long working) {
  }

  private final int timeSteps;
  private final List<Row> rows = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private Content content = Content.INPUT;

  /** A trace for passes of T steps. */
  public ShapeTrace(int timeSteps) {
    this.timeSteps = timeSteps;
  }

  /** T, to which the first neuron expands a static input. */
  public int timeSteps() {
    return timeSteps;
  }

  /** Adds a line, of a layer whose output holds currents unless {@link #holds} says more, and returns its shape. */
  public MapShape add(String name, String kind, MapShape output, long multiplyAccumulates) {
    rows.add(new Row(name, kind, output, multiplyAccumulates, LayerMemory.NONE));
    content = Content.CURRENTS;
    return output;
  }

  /** What the map holds that was traced last, which is the next layer's input. */
  public Content content() {
    return content;
  }

  /** Says what the map holds that was traced last, or that the next layer sees. */
  public void holds(Content newContent) {
    content = newContent;
  }

  /** The last line keeps so much for its backward pass. */
  public void keep(long maps, long compact) {
    update(rows.size() - 1, last().keeping(maps, compact));
  }

  /** The last line keeps its input as {@link Saved} does. */
  public void keepInput(Content kept, MapShape input) {
    keep(kept.heldBytes(input.elements()), kept.compactBytes(input.elements()));
  }

  /** The most that the last line's backward pass uses of the pool: its output's gradient, and what it allocates. */
  public void work(long bytes) {
    update(rows.size() - 1, last().working(bytes));
  }

  /** The values that are in use when the forward pass is at the last line: inputs, outputs, summands. */
  public void flow(long bytes) {
    update(rows.size() - 1, last().flowing(bytes));
  }

  /** The most that the last line uses of the heap for its weights and their gradient. */
  public void buffer(long bytes) {
    update(rows.size() - 1, last().buffering(bytes));
  }

  private LayerMemory last() {
    return rows.get(rows.size() - 1).memory();
  }

  private void update(int row, LayerMemory memory) {
    rows.set(row, rows.get(row).with(memory));
  }

  /** The number of lines so far: where the next one will be. */
  public int position() {
    return rows.size();
  }

  /** While the backward pass is in the lines [from, to), so many bytes of the pool more are in use: by a caller. */
  public void hold(int from, int to, long bytes) {
    for (int row = from; row < to; row++) {
      LayerMemory memory = rows.get(row).memory();
      update(row, memory.working(memory.working() + bytes));
    }
  }

  /**
   * Traces parts as {@link Sequential#chain} runs them: the gradient of the last one's output is held to the end.
   *
   * @param step traces one part on its input's shape
   */
  public <L> MapShape chain(List<L> links, MapShape input, BiFunction<L, MapShape, MapShape> step) {
    int first = position();
    int last = first;
    MapShape shape = input;
    for (L link : links) {
      last = position();
      shape = step.apply(link, shape);
    }
    hold(first, last, shape.floatBytes());
    return shape;
  }

  /** The lines from the given one on are a part that may be computed again. */
  void part(int from, Recompute setting, Content kept, MapShape input) {
    parts.add(new Part(from, position(), setting, input,
        LayerMemory.NONE.keeping(kept.heldBytes(input.elements()), kept.compactBytes(input.elements())),
        last().working()));
  }

  /** The lines so far. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** The parts that may be computed again, in their order. */
  public List<Part> parts() {
    return List.copyOf(parts);
  }
}
