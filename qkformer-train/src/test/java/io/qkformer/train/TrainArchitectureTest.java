package io.qkformer.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of docs/architecture.md for training: what core's own test says of core, and the way to core. */
@AnalyzeClasses(packages = "io.qkformer", importOptions = DoNotIncludeTests.class)
class TrainArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.qkformer.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule DATA_FLOWS_ONE_WAY = layeredArchitecture()
      .consideringOnlyDependenciesInAnyPackage("io.qkformer..")
      .layer("core").definedBy("io.qkformer.tensor..", "io.qkformer.kernel..", "io.qkformer.inference..",
          "io.qkformer.layer..", "io.qkformer.neuron..", "io.qkformer.attention..", "io.qkformer.embedding..", "io.qkformer.model..",
          "io.qkformer.checkpoint..")
      .layer("reference").definedBy("io.qkformer.train.reference..")
      .layer("data").definedBy("io.qkformer.train.data..")
      .layer("event").definedBy("io.qkformer.train.event..")
      .layer("augment").definedBy("io.qkformer.train.augment..")
      .layer("optimize").definedBy("io.qkformer.train.optimize..")
      .layer("recipe").definedBy("io.qkformer.train.recipe..")
      .layer("report").definedBy("io.qkformer.train.report..")
      .layer("checkpoint").definedBy("io.qkformer.train.checkpoint..")
      .layer("analysis").definedBy("io.qkformer.train.analysis..")
      .layer("loop").definedBy("io.qkformer.train.loop..")
      .layer("run").definedBy("io.qkformer.train.run..")
      .whereLayer("core").mayNotAccessAnyLayer()
      .whereLayer("data").mayOnlyAccessLayers("core")
      .whereLayer("event").mayOnlyAccessLayers("core", "data")
      .whereLayer("reference").mayNotAccessAnyLayer()
      .whereLayer("augment").mayOnlyAccessLayers("core", "data", "reference")
      .whereLayer("optimize").mayOnlyAccessLayers("core", "reference")
      .whereLayer("recipe").mayOnlyAccessLayers("core", "reference", "data", "event", "augment", "optimize")
      .whereLayer("report").mayOnlyAccessLayers("core")
      .whereLayer("analysis").mayOnlyAccessLayers("core")
      .whereLayer("checkpoint").mayOnlyAccessLayers("core", "optimize")
      .whereLayer("loop").mayOnlyAccessLayers("core", "reference", "data", "augment", "optimize", "report", "analysis",
          "checkpoint")
      .whereLayer("run").mayOnlyAccessLayers("core", "reference", "data", "event", "augment", "optimize", "report",
          "analysis", "checkpoint", "loop", "recipe")
      .ensureAllClassesAreContainedInArchitecture();

  @ArchTest
  static final ArchRule EXAMPLES_ARE_NOT_SEEN = noClasses().should().dependOnClassesThat()
      .resideInAPackage("io.qkformer.examples..");

  @ArchTest
  static final ArchRule NOTHING_PRINTS = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule LOGGING_GOES_THROUGH_SLF4J = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule THE_LOGGING_BACKEND_IS_THE_APPLICATIONS = noClasses().should().dependOnClassesThat()
      .resideInAnyPackage("ch.qos.logback..", "org.apache.log4j..", "org.apache.logging..");
}
