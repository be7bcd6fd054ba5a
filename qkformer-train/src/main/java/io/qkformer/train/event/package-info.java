/**
 * Events of an event camera (dynamic vision sensor): when, where and in which direction brightness changed. Read from
 * files by {@link io.qkformer.train.event.format}, made into frames by {@link io.qkformer.train.event.frame}.
 *
 * <p>Nothing here needs all events of a recording in memory: an {@link io.qkformer.train.event.EventSource} is read
 * block by block, as often as needed.
 */
package io.qkformer.train.event;
