/** Looking inside a network while it runs: firing rates. */
package io.qkformer.train.analysis;
