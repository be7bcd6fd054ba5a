/**
 * Frames of events, exactly as SpikingJelly integrates them, and a voxel grid: {@code [T, H, W, C = 2]} floats. A
 * recording of any size takes the memory of its frames.
 */
package io.qkformer.train.event.frame;
