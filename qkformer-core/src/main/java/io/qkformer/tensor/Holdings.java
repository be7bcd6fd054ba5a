package io.qkformer.tensor;

/**
 * The books of one kind of reused memory: what is in use, what is held, and when free memory has to go before more is
 * asked of the system.
 *
 * <p>Freeing keeps the resident size near the need; freeing what the next step wants again costs page faults, 64 ms
 * for 100 MB. So what is freed is limited to once the peak, counted anew when the peak rises: a steady loop stops to
 * allocate, whatever its sizes are.
 */
final class Holdings {

  /** What may be held, as a multiple of the most that was ever in use at a time. */
  private static final double SLACK = 1.1;

  private long used;
  private long mostUsed;
  private long held;
  private long mostHeld;
  private long freedSinceRise;
  private long allocations;

  /** Somebody uses so much from now on. */
  void use(long amount) {
    used += amount;
    if (used > mostUsed) {
      mostUsed = used;
      freedSinceRise = 0;
    }
  }

  /** So much is not used any more. */
  void unuse(long amount) {
    used -= amount;
  }

  /** Whether as much as may be held would be exceeded if so much were allocated. */
  boolean exceedsWith(long amount) {
    return held + amount > SLACK * mostUsed;
  }

  /** Whether something free should be freed before so much is allocated. */
  boolean wantsRoomFor(long amount) {
    return exceedsWith(amount) && freedSinceRise < mostUsed;
  }

  /** So much was asked of the system. */
  void allocated(long amount) {
    held += amount;
    mostHeld = Math.max(mostHeld, held);
    allocations++;
  }

  /** So much went back to the system. */
  void freed(long amount) {
    held -= amount;
    freedSinceRise += amount;
  }

  /** What is in use. */
  long used() {
    return used;
  }

  /** The most that was ever in use at a time. */
  long mostUsed() {
    return mostUsed;
  }

  /** What is in use or lies ready. */
  long held() {
    return held;
  }

  /** The most that was ever in use or ready at a time. */
  long mostHeld() {
    return mostHeld;
  }

  /** How often the system was asked. */
  long allocations() {
    return allocations;
  }
}
