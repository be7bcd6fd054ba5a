package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Medians and differences in binary digits against the same in numbers. */
class MedianCountsTest {

  private static final int SAMPLES = 31;

  private static CompactMap map(float[] values) {
    return CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.of(values, values.length)));
  }

  @Property(tries = 200)
  void mediansAreThoseOfTheSamples(@ForAll @IntRange(min = 1, max = 150) int channels,
      @ForAll @IntRange(min = 1, max = 200) int pixels, @ForAll @IntRange(min = 1, max = 20) int largest,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] values = new float[pixels * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(1 + random.nextInt(largest + 1));
    }
    values[0] = largest;
    CompactMap map = map(values);
    MedianCounts medians = MedianCounts.of(map, 0, pixels, channels, map.planes(), new Scratch());
    int samples = Math.min(SAMPLES, pixels);
    int rows = 0;
    for (int channel = 0; channel < channels; channel++) {
      int[] sampled = new int[samples];
      for (int i = 0; i < samples; i++) {
        sampled[i] = (int) values[i * pixels / samples * channels + channel];
      }
      Arrays.sort(sampled);
      int median = sampled[(samples - 1) / 2];
      assertThat(median(medians, channel)).as("channel %d of %s", channel, Arrays.toString(sampled)).isEqualTo(median);
      rows += Arrays.stream(sampled).map(count -> Integer.bitCount(Math.abs(count - median))).sum();
    }
    assertThat(medians.rows()).isEqualTo((double) rows / samples);
  }

  private static int median(MedianCounts medians, int channel) {
    int value = 0;
    for (int plane = 0; plane < medians.planes(); plane++) {
      value |= (int) (medians.word(plane, channel / 64) >>> channel & 1) << plane;
    }
    return value;
  }

  @Property(tries = 200)
  void differencesAreMagnitudesAndSigns(@ForAll @IntRange(min = 1, max = 63) int largest, @ForAll long seed) {
    Random random = new Random(seed);
    int pixels = 1 + random.nextInt(64);
    int channels = 64;
    float[] values = new float[pixels * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(largest + 1);
    }
    CompactMap map = map(values);
    int planes = map.planes();
    MedianCounts medians = MedianCounts.of(map, 0, pixels, channels, planes, new Scratch());
    long[] words = new long[(planes + 1) * 64];
    for (int plane = 0; plane < planes; plane++) {
      map.words(plane, 0, channels, pixels, 64, words, plane * 64);
    }
    int used = medians.subtract(0, words, pixels);
    int any = 0;
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        int magnitude = 0;
        for (int plane = 0; plane < planes; plane++) {
          magnitude |= (int) (words[plane * 64 + pixel] >>> channel & 1) << plane;
        }
        any |= magnitude;
        boolean negative = (words[planes * 64 + pixel] >>> channel & 1) == 1;
        assertThat(negative ? -magnitude : magnitude)
            .isEqualTo((int) values[pixel * channels + channel] - median(medians, channel));
      }
    }
    assertThat(used).isEqualTo(any);
  }

  @Test
  void bitsByChannelAreThoseOfTheImages() {
    // two images of three pixels and two channels: medians 2 and 0, then 3 and 1
    CompactMap map = map(new float[] {2, 0, 2, 0, 0, 1, 3, 1, 3, 1, 3, 0});
    Scratch scratch = new Scratch();
    MedianCounts[] images = {MedianCounts.of(map, 0, 3, 2, 2, scratch), MedianCounts.of(map, 6, 3, 2, 2, scratch)};
    long[] square = new long[64];
    assertThat(MedianCounts.byChannel(images, 0, 2, 0, 0, square)).isTrue();
    assertThat(Arrays.copyOf(square, 3)).containsExactly(0b10, 0b10, 0);
    assertThat(MedianCounts.byChannel(images, 0, 2, 1, 0, square)).isTrue();
    assertThat(Arrays.copyOf(square, 3)).containsExactly(0b11, 0, 0);
    assertThat(MedianCounts.byChannel(images, 0, 2, 2, 0, square)).isFalse();
  }
}
