/** Samples of either kind as pictures, and what messages call them. */
package io.qkformer.examples.picture;
