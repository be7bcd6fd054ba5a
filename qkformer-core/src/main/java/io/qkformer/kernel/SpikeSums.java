package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import java.util.Arrays;

/** The sums of weight rows of one call of {@link SpikeConvolution}: an input's spikes and the weights that they select. */
final class SpikeSums implements OtherWay {

  /** Output pixels whose words are looked up at a time. */
  static final int PIXELS = Long.SIZE;

  private static final int OUT = 2;
  private static final int WORDS = 0;
  private static final int SELECTION = 1;

  /**
   * What a task sums: the same pixels of some images, for some neighbouring strips of columns.
   *
   * @param first   pixel of each image
   * @param count   of pixels of each image
   * @param column  the first column
   * @param columns how many
   */
  record Piece(int[] images, int first, int count, int column, int columns) {

    /** Rows of the output. */
    int rows() {
      return images.length * count;
    }
  }

  private final Engine engine;
  private final ConvolutionShape shape;
  private final SpikeWindows windows;
  private final int chunks;
  private final SpikeSource x;
  private final SpikePlan[] plans;
  private final float[][] packed;
  private final float[][] bias;
  private final int[] images;
  /** The images with medians, in ascending order. */
  private final int[] centred;
  /** What their sums start with, {@code [image][weights][out]}. */
  private final float[] starts;

  /**
   * Sums that {@link #release} ends.
   *
   * @param plans  of all images
   * @param packed strips of each of some weights
   * @param bias   per output channel, or null, for each of the weights
   * @param images of which there will be sums, in ascending order
   */
  SpikeSums(Engine engine, ConvolutionShape shape, SpikeSource x, SpikePlan[] plans, float[][] packed, float[][] bias,
      int[] images) {
    this.engine = engine;
    this.shape = shape;
    this.windows = new SpikeWindows(shape);
    this.chunks = (shape.inChannels() + Long.SIZE - 1) / Long.SIZE;
    this.x = x;
    this.plans = plans;
    this.packed = packed;
    this.bias = bias;
    this.images = images;
    this.centred = Images.where(images, image -> plans[image].medians() != null);
    this.starts = engine.takeBuffer(SpikeConvolution.imagesWithMedians(shape) * packed.length * shape.outChannels());
    engine.workers().forEach(centred.length, this::start);
  }

  void release() {
    engine.giveBack(starts);
  }

  private int startAt(int index, int part) {
    return ALIGNED + (index * packed.length + part) * shape.outChannels();
  }

  /** The bias and the product of the medians, for a window of one pixel. */
  private void start(int index, Scratch scratch) {
    SpikePlan plan = plans[centred[index]];
    Piece all = new Piece(new int[] {centred[index]}, 0, 1, 0, shape.outChannels());
    for (int part = 0; part < packed.length; part++) {
      fill(bias[part], 0, all, starts, startAt(index, part));
    }
    long[] words = scratch.longs(WORDS, plan.words() * PIXELS);
    Arrays.fill(words, 0, plan.words() * PIXELS, 0L);
    RowSelection selection = RowSelection.of(plan.lists(), scratch, SELECTION);
    for (int chunk = 0; chunk < chunks; chunk++) {
      for (int plane = 0; plane < plan.planes(); plane++) {
        words[plane * PIXELS] = plan.medians().word(plane, chunk);
      }
      plan.select(selection, 0, words, -1, 1, scratch);
      for (int part = 0; part < packed.length; part++) {
        add(all, selection, plan.lists(), chunk * Long.SIZE, packed[part], starts, startAt(index, part));
      }
    }
  }

  @Override
  public boolean takes(int image) {
    return Arrays.binarySearch(images, image) >= 0;
  }

  @Override
  public void sums(int image, int first, int count, float[] out, int at, Scratch scratch) {
    sums(new Piece(new int[] {image}, first, count, 0, shape.outChannels()), out, at, scratch);
  }

  /** The sums {@code [weights][image][pixel][column]} of a piece, from {@link Scratch#ALIGNED} on. */
  float[] sums(Piece piece, Scratch scratch) {
    float[] out = scratch.floats(OUT, packed.length * piece.rows() * piece.columns);
    sums(piece, out, ALIGNED, scratch);
    return out;
  }

  private void sums(Piece piece, float[] out, int at, Scratch scratch) {
    int each = piece.rows() * piece.columns;
    for (int part = 0; part < packed.length; part++) {
      fillStarts(piece, part, out, at + part * each);
    }
    int blocks = piece.images.length * ((piece.count + PIXELS - 1) / PIXELS);
    int lists = Arrays.stream(piece.images).map(image -> plans[image].lists()).max().orElse(0);
    RowSelection selection = RowSelection.of(blocks * lists, scratch, SELECTION);
    int taps = shape.kernel() * shape.kernel();
    for (int tap = 0; tap < taps; tap++) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        select(piece, tap, chunk, selection, lists, scratch);
        int row = tap * shape.inChannels() + chunk * Long.SIZE;
        for (int part = 0; part < packed.length; part++) {
          add(piece, selection, lists, row, packed[part], out, at + part * each);
        }
      }
    }
  }

  private void fillStarts(Piece piece, int part, float[] out, int at) {
    for (int i = 0; i < piece.images.length; i++) {
      int index = plans[piece.images[i]].medians() == null ? -1 : Arrays.binarySearch(centred, piece.images[i]);
      fill(index < 0 ? bias[part] : starts, index < 0 ? 0 : startAt(index, part), piece, out,
          at + i * piece.count * piece.columns);
    }
  }

  /**
   * Writes the start of the sums of one image.
   *
   * @param from where the values of all channels begin
   */
  private static void fill(float[] start, int from, Piece piece, float[] out, int at) {
    if (start == null) {
      Arrays.fill(out, at, at + piece.count * piece.columns, 0f);
      return;
    }
    for (int pixel = 0; pixel < piece.count; pixel++) {
      System.arraycopy(start, from + piece.column, out, at + pixel * piece.columns, piece.columns);
    }
  }

  /**
   * What a piece selects for one tap and 64 channels.
   *
   * @param lists from 64 pixels to the next
   */
  private void select(Piece piece, int tap, int chunk, RowSelection selection, int lists, Scratch scratch) {
    int list = 0;
    for (int image : piece.images) {
      SpikePlan plan = plans[image];
      long[] words = scratch.longs(WORDS, plan.words() * PIXELS);
      for (int from = 0; from < piece.count; from += PIXELS, list += lists) {
        int pixels = Math.min(PIXELS, piece.count - from);
        int used = windows.select(x, plan, image, piece.first + from, pixels, tap, chunk, words);
        plan.select(selection, list, words, used, pixels, scratch);
      }
    }
  }

  /**
   * Adds the rows that a piece selects, strip after strip: its weights are in the first-level cache for all blocks
   * and planes.
   *
   * @param row the row of the weights that the first bits select
   */
  private void add(Piece piece, RowSelection selection, int lists, int row, float[] weights, float[] out, int at) {
    int strip = SpikeConvolution.stripColumns(shape.outChannels());
    for (int column = 0; column < piece.columns; column += strip) {
      int columns = Math.min(strip, piece.columns - column);
      int rows = ALIGNED + (piece.column + column) * shape.taps() + row * columns;
      int to = at + column;
      int list = 0;
      for (int image : piece.images) {
        for (int from = 0; from < piece.count; from += PIXELS, list += lists) {
          plans[image].addRows(engine.kernels(), weights, rows, columns, columns, selection, list, out, to, piece.columns);
          to += Math.min(PIXELS, piece.count - from) * piece.columns;
        }
      }
    }
  }
}
