/**
 * Data sets of event cameras: DVS128 Gesture, CIFAR10-DVS, N-MNIST and folders of event files by class; the clips made
 * of them, and a cache of these on the disk. Nothing is downloaded: a missing data set is an error that says where to
 * get it. Archives are unpacked within limits.
 */
package io.qkformer.train.event.dataset;
