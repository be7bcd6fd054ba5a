package io.qkformer.train.recipe;

import java.util.function.Function;

/**
 * What values a key takes. {@link Types} makes them.
 *
 * @param expected for messages, after "expected"
 * @param reader   throws an {@link IllegalArgumentException} for other values; its message, if any, is a hint
 * @param writer   gives what the reader reads as the same value, in YAML
 */
record Type<T>(String expected, Function<Written, T> reader, Function<T, String> writer) {
}
