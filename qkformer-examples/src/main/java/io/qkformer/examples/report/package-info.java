/** A run as one HTML page that needs nothing else: no network, no script, no other file. */
package io.qkformer.examples.report;
