package io.qkformer.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class ScoresTest {

  @Test
  void countsTheLikeliestAndTheFiveLikeliest() {
    Scores scores = new Scores();
    float[][] logits = {
        {9, 8, 7, 6, 5, 4, 3},
        {9, 8, 7, 6, 5, 4, 3},
        {9, 8, 7, 6, 5, 4, 3},
        {1, 1, 1, 1, 1, 1, 1}};

    scores.add(2, Nd4j.createFromArray(logits), new int[] {0, 4, 5, 0});
    scores.add(5, Nd4j.createFromArray(new float[][] {{0, 1, 0, 0, 0, 0, 0}}), new int[] {1});

    assertThat(scores.samples()).isEqualTo(5);
    assertThat(scores.top1()).isEqualTo(60);
    assertThat(scores.top5()).isEqualTo(80);
    assertThat(scores.loss()).isEqualTo((4 * 2 + 5) / 5.0);
  }
}
