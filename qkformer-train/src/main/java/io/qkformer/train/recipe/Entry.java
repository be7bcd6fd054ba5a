package io.qkformer.train.recipe;

/**
 * A key and its value, where they were written.
 *
 * @param key   as it was spelt
 * @param value what it was given
 * @param place for messages: file and line, or override
 */
record Entry(String key, Written value, String place) {
}
