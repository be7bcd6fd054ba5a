package io.qkformer.kernel;

/** Another way that some images of a convolution go, to output that lies as that of the others. */
interface OtherWay {

  /** None goes another way. */
  OtherWay NONE = new OtherWay() {

    @Override
    public boolean takes(int image) {
      return false;
    }

    @Override
    public void sums(int image, int firstPixel, int count, float[] out, int at, Scratch scratch) {
      throw new IllegalStateException("image " + image + " goes no other way");
    }
  };

  /** Whether an image goes this way. */
  boolean takes(int image);

  /** Writes the output of {@code count} pixels, {@code [count][out]} from {@code at} on. */
  void sums(int image, int firstPixel, int count, float[] out, int at, Scratch scratch);
}
