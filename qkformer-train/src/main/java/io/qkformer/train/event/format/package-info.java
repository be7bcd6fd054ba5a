/**
 * File formats of event cameras: AEDAT 3.1 and 2.0, the 5-byte events of N-MNIST, and NumPy archives of events and of
 * frames as SpikingJelly keeps them. Readers take bounded memory and refuse what contradicts a format with an
 * {@link io.qkformer.train.event.EventFileException}; writers replace files as a whole.
 *
 * <p>Where SpikingJelly leaves a format's rules, {@link io.qkformer.train.event.format.Reading} chooses.
 */
package io.qkformer.train.event.format;
