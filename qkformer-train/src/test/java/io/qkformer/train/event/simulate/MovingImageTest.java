package io.qkformer.train.event.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.data.Image;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.util.List;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that move: the path of CIFAR10-DVS and resampling. */
class MovingImageTest {
  /** A grey image. */
  private static Image grey(int width, int height, IntBinaryOperator value) {
    byte[] pixels = new byte[width * height * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) value.applyAsInt(i / 3 % width, i / 3 / width);
    }
    return Image.wrap(width, height, pixels);
  }

  /** Stays at one place. */
  private record Place(double x, double y) implements MotionPath {
    @Override
    public int points() {
      return 1;
    }

    @Override
    public long time(int point) {
      return 0;
    }

    @Override
    public double x(int point) {
      return x;
    }

    @Override
    public double y(int point) {
      return y;
    }
  }

  private static float[] picture(Image image, double x, double y, Resampling resampling, SensorSize size) {
    return new MovingImage(image, new ImageMotion(new Place(x, y), resampling), size).logIntensity(0);
  }

  @Test
  void theLoopIsClosedAndSmoothAndDiagonal() {
    RclsPath path = new RclsPath(3, 0.04, 200_000, 8);

    assertThat(path.points()).isEqualTo(3 * 32 + 1);
    assertThat(path.time(0)).isZero();
    assertThat(path.time(96)).isEqualTo(600_000);
    double sumX = 0;
    for (int i = 0; i < 96; i++) {
      double dx = path.x(i + 1) - path.x(i);
      double dy = path.y(i + 1) - path.y(i);
      assertThat(Math.abs(dx)).isCloseTo(0.04 / 8, within(1e-12));
      assertThat(Math.abs(dy)).isCloseTo(0.04 / 8, within(1e-12));
      assertThat(path.time(i + 1) - path.time(i)).isEqualTo(6250);
      // each loop is the same to the bit
      assertThat(path.x(i)).isEqualTo(path.x(i % 32));
      assertThat(path.y(i)).isEqualTo(path.y(i % 32));
      sumX += path.x(i);
    }
    assertThat(path.x(96)).isEqualTo(path.x(0));
    assertThat(path.y(96)).isEqualTo(path.y(0));
    assertThat(sumX).isCloseTo(0, within(1e-12));
    // the four corners of a diamond
    assertThat(List.of(path.x(0), path.x(8), path.x(16), path.x(24))).containsExactly(0.0, 0.04, 0.0, -0.04);
    assertThat(List.of(path.y(0), path.y(8), path.y(16), path.y(24))).containsExactly(-0.04, 0.0, 0.04, 0.0);
  }

  @ParameterizedTest
  @EnumSource
  void atItsOwnSizeAnImageIsUnchanged(Resampling resampling) {
    Image image = grey(9, 7, (x, y) -> 20 + 13 * x + 7 * y);
    float[] picture = picture(image, 0, 0, resampling, new SensorSize(9, 7));
    for (int i = 0; i < 63; i++) {
      assertThat((double) picture[i]).isCloseTo(Math.log(20 + 13 * (i % 9) + 7 * (i / 9)), within(1e-5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSlopeIsMovedByPartsOfAPixel(Resampling resampling) {
    Image image = grey(32, 32, (x, y) -> 30 + 3 * x + 2 * y);
    double shift = 10 / 512.0;
    float[] picture = picture(image, shift, -2 * shift, resampling, new SensorSize(64, 64));
    for (int row = 8; row < 56; row++) {
      for (int column = 8; column < 56; column++) {
        double x = (column + 0.5) / 2 - 0.5 - shift * 32;
        double y = (row + 0.5) / 2 - 0.5 + 2 * shift * 32;
        assertThat((double) picture[row * 64 + column]).isCloseTo(Math.log(30 + 3 * x + 2 * y), within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void weightsSumToOne(Resampling resampling) {
    float[] weights = new float[resampling.taps()];
    for (double share = 0; share <= 1; share += 0.05) {
      resampling.weights(share, weights, 0);
      float sum = 0;
      for (float weight : weights) {
        sum += weight;
      }
      assertThat(sum).isCloseTo(1, within(1e-6f));
    }
  }

  @Test
  void anImageCoversTheSensorAndGoesOnBeyondItsEdges() {
    Image wide = grey(8, 4, (x, y) -> 25 * (x + 1));
    float[] picture = picture(wide, 0, 0, Resampling.BILINEAR, new SensorSize(4, 4));
    assertThat((double) picture[0]).isCloseTo(Math.log(75), within(1e-5));
    assertThat((double) picture[3]).isCloseTo(Math.log(150), within(1e-5));
    float[] moved = picture(wide, 3, 0, Resampling.BICUBIC, new SensorSize(4, 4));
    for (float value : moved) {
      assertThat((double) value).isCloseTo(Math.log(25), within(1e-5));
    }
  }

  @Test
  void brightnessIsTheLumaOfItsColours() {
    byte[] pixel = {(byte) 200, 100, 50};
    float[] picture = picture(Image.wrap(1, 1, pixel), 0, 0, Resampling.BILINEAR, new SensorSize(2, 2));
    assertThat((double) picture[3]).isCloseTo(Math.log(0.299 * 200 + 0.587 * 100 + 0.114 * 50), within(1e-5));
  }

  @Test
  void placesThatComeAgainAreDrawnOnce() {
    Image image = grey(8, 8, (x, y) -> x * y);
    MovingImage scene = new MovingImage(image, new ImageMotion(new RclsPath(3, 0.1, 1000, 2), Resampling.BILINEAR),
        new SensorSize(16, 16));
    assertThat(scene.frames()).isEqualTo(25);
    assertThat(scene.logIntensity(9)).isSameAs(scene.logIntensity(1)).isNotSameAs(scene.logIntensity(2));
    assertThat(scene.time(24)).isEqualTo(3000);
  }

  /** An upright edge that moves to the right and back: ON where it gets brighter, as often as OFF. */
  @Test
  void anEdgeMakesEventsOnlyWhereItPasses() {
    Image edge = grey(32, 32, (x, y) -> x < 16 ? 40 : 160);
    Events events = new EventCamera(new SensorSize(64, 64), PixelModel.IDEAL, 0)
        .record(new MovingImage(edge, ImageMotion.CIFAR10_DVS, new SensorSize(64, 64)), 0);
    int on = 0;
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.x(i)).isBetween(27, 36);
      on += events.p(i);
    }
    assertThat(events.size()).isGreaterThan(5000);
    assertThat(on / (double) events.size()).isCloseTo(0.5, within(0.01));
  }

  @Test
  void aSequenceShowsOneImageAfterTheOther() {
    ImageSequence sequence = new ImageSequence(List.of(grey(2, 2, (x, y) -> 50), grey(4, 4, (x, y) -> 100),
        grey(2, 2, (x, y) -> 50)), 10_000, new SensorSize(3, 3), Resampling.BILINEAR);
    Events events = new EventCamera(new SensorSize(3, 3), PixelModel.IDEAL, 0).record(sequence, 0);

    // ln 2 = 0.693 up: 3 steps; then down by 0.093 more than 3 from the last event's level of 0.6
    assertThat(events.size()).isEqualTo(9 * 6);
    assertThat(events.t(0)).isEqualTo((long) (0.2 / Math.log(2) * 10_000));
    assertThat(events.p(0)).isEqualTo(1);
    assertThat(events.p(53)).isZero();
  }

  @Test
  void refusesBadPathsAndSequences() {
    assertThatThrownBy(() -> new RclsPath(0, 0.1, 1000, 1)).hasMessageContaining("loops: expected 1 to 1000, got 0");
    assertThatThrownBy(() -> new RclsPath(1, 0, 1000, 1)).hasMessageContaining("step: expected above 0");
    assertThatThrownBy(() -> new RclsPath(1, Double.NaN, 1000, 1)).hasMessageContaining("step");
    assertThatThrownBy(() -> new RclsPath(1, 0.1, 7, 2)).hasMessageContaining("loopTime: expected 8");
    assertThatThrownBy(() -> new RclsPath(1, 0.1, 1000, 0)).hasMessageContaining("pointsPerLine");
    assertThatThrownBy(() -> RclsPath.CIFAR10_DVS.x(121)).isInstanceOf(IndexOutOfBoundsException.class);
    Image image = grey(2, 2, (x, y) -> 1);
    assertThatThrownBy(() -> picture(image, Double.NaN, 0, Resampling.BILINEAR, new SensorSize(2, 2)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("point 0 at x=NaN");
    assertThatThrownBy(() -> new MovingImage(image, new ImageMotion(new RclsPath(1, 0.1, 100_000, 1000),
        Resampling.BILINEAR), new SensorSize(2000, 2000))).hasMessageContaining("different places");
    assertThatThrownBy(() -> new ImageSequence(List.of(), 1, new SensorSize(2, 2), Resampling.BILINEAR))
        .hasMessageContaining("at least 1, got none");
    assertThatThrownBy(() -> new ImageSequence(List.of(image), 0, new SensorSize(2, 2), Resampling.BILINEAR))
        .hasMessageContaining("interval");
  }
}
