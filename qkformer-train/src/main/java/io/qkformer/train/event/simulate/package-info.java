/**
 * A simulated event camera: moving pictures become events where the logarithm of brightness crosses thresholds. Data
 * sets of it need no recordings: {@link io.qkformer.train.event.simulate.SimulatedDvsDataset} moves the images of any
 * data set as CIFAR10-DVS was recorded, {@link io.qkformer.train.event.simulate.SimulatedGestures} draws shapes whose
 * motion is the class. Everything is a pure function of seeds and indices.
 *
 * <p>Sources: Lichtsteiner, Posch and Delbruck, "A 128x128 120 dB 15 us latency asynchronous temporal contrast vision
 * sensor" (IEEE JSSC 43(2), 2008) for the pixel; Rebecq, Gehrig and Scaramuzza, "ESIM: an open event camera simulator"
 * (CoRL 2018) for crossings between frames; Hu, Liu and Delbruck, "v2e: from video frames to realistic DVS events"
 * (arXiv 2006.07722) for mismatch and noise.
 */
package io.qkformer.train.event.simulate;
