/**
 * The folder of a training run: {@link io.qkformer.train.run.RunFolder} locks it, knows its files, and puts there what
 * each epoch leaves for people. docs/runs.md describes the files.
 */
package io.qkformer.train.run;
