package io.qkformer.train.event.format;

/** How a file is understood where SpikingJelly, which published results were made with, leaves its format's rules. */
public enum Reading {
  /**
   * As the format's own description says: slots that are not in use, invalid events and external events are no events,
   * overflows correct the time.
   */
  FORMAT,
  /**
   * As SpikingJelly 0.0.0.0.12 to 2.0 reads it. AEDAT 3.1: all slots of a packet, valid or not. AEDAT 2.0: x = 127 -
   * the stored y, y = 127 - the stored x, the polarity inverted, external events kept. N-MNIST: overflow events kept,
   * times as they are stored.
   */
  SPIKINGJELLY
}
