/**
 * What a person sees of a training: the metrics of each epoch as a table
 * ({@link io.qkformer.train.report.SummaryCsv}), as a picture ({@link io.qkformer.train.report.LearningCurve}) and in
 * TensorBoard ({@link io.qkformer.train.report.TensorBoardWriter}), and the progress of what runs now
 * ({@link io.qkformer.train.report.Progress}). Nothing here prints but where the caller says.
 */
package io.qkformer.train.report;
