/** Which behaviour of the programs that others use is meant, where it is not the same everywhere. */
package io.qkformer.train.reference;
