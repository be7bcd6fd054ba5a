/** Runnable programs: the command line that trains, evaluates and describes models. */
package io.qkformer.examples;
