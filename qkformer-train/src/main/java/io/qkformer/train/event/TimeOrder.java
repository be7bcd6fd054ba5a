package io.qkformer.train.event;

/** Sorts events by time; those of one time stay in their order. A merge sort, for nothing else sorts an index. */
final class TimeOrder {
  private TimeOrder() { }

  static Events sorted(Events events) {
    int size = events.size();
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    int[] other = new int[size];
    for (long width = 1; width < size; width *= 2) {
      for (long start = 0; start < size; start += 2 * width) {
        merge(events, order, other, (int) start, (int) Math.min(size, start + width),
            (int) Math.min(size, start + 2 * width));
      }
      int[] merged = other;
      other = order;
      order = merged;
    }
    EventsBuilder sorted = new EventsBuilder(size);
    for (int i : order) {
      sorted.add(events.t(i), events.x(i), events.y(i), events.p(i));
    }
    return sorted.build();
  }

  private static void merge(Events events, int[] from, int[] to, int start, int middle, int end) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft = right >= end || left < middle && events.t(from[left]) <= events.t(from[right]);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }
}
