/** The commands that make the paper's tables and figures of what a network is and does: {@code analyze ..}. */
package io.qkformer.examples.analyze;
