package io.qkformer.train.event;

import io.qkformer.tensor.RandomStream;

/** Events for tests. */
public final class EventLists {
  private EventLists() { }

  /** Events of rows t, x, y, p. */
  public static Events of(long[]... rows) {
    EventsBuilder events = new EventsBuilder(rows.length);
    for (long[] row : rows) {
      events.add(row[0], (int) row[1], (int) row[2], (int) row[3]);
    }
    return events.build();
  }

  /** Events in order of time, anywhere on the sensor; neighbours are up to so many microseconds apart. */
  public static Events random(int size, SensorSize sensor, int greatestStep, long seed) {
    RandomStream random = RandomStream.of(seed, "test events");
    EventsBuilder events = new EventsBuilder(size);
    long t = random.nextInt(1000);
    for (int i = 0; i < size; i++) {
      events.add(t, random.nextInt(sensor.width()), random.nextInt(sensor.height()), random.nextInt(2));
      t += random.nextInt(greatestStep + 1);
    }
    return events.build();
  }
}
