package io.qkformer.train.event.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Box;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;

/**
 * Drops all events of one box, which lies anywhere. Source: EventDrop (arXiv 2106.05836), "drop by area".
 *
 * @param share of the width and of the height that the box takes
 */
public record DropByArea(double share) implements EventAugmentation {
  /**
   * Checks the share.
   *
   * @throws IllegalArgumentException if it lies outside [0, 1]
   */
  public DropByArea {
    Checks.share("share", share);
  }

  @Override
  public Events apply(Events events, SensorSize sensor, RandomStream random) {
    int height = (int) Math.rint(share * sensor.height());
    int width = (int) Math.rint(share * sensor.width());
    int top = random.nextInt(sensor.height() - height + 1);
    int left = random.nextInt(sensor.width() - width + 1);
    Box box = new Box(top, left, height, width);
    return Checks.filter(events, i -> !contains(box, events.x(i), events.y(i)));
  }

  private static boolean contains(Box box, int x, int y) {
    return x >= box.left() && x < box.left() + box.width() && y >= box.top() && y < box.top() + box.height();
  }
}
