package io.qkformer;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of docs/architecture.md that a compiler does not check. */
@AnalyzeClasses(packages = "io.qkformer", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String VECTOR_API = "jdk.incubator.vector..";
  private static final DescribedPredicate<JavaClass> SIMD_KERNELS =
      resideInAPackage("io.qkformer.kernel").and(simpleNameStartingWith("Simd"));

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.qkformer.(**)").should()
      .beFreeOfCycles();

  @ArchTest
  static final ArchRule PACKAGES_DEPEND_DOWNWARDS = layeredArchitecture()
      .consideringOnlyDependenciesInAnyPackage("io.qkformer..")
      .layer("tensor").definedBy("io.qkformer.tensor..")
      .layer("kernel").definedBy("io.qkformer.kernel..")
      .layer("inference").definedBy("io.qkformer.inference..")
      .layer("layer").definedBy("io.qkformer.layer..")
      .layer("neuron").definedBy("io.qkformer.neuron..")
      .layer("attention").definedBy("io.qkformer.attention..")
      .layer("embedding").definedBy("io.qkformer.embedding..")
      .layer("model").definedBy("io.qkformer.model..")
      .optionalLayer("checkpoint").definedBy("io.qkformer.checkpoint..")
      .whereLayer("tensor").mayNotAccessAnyLayer()
      .whereLayer("kernel").mayOnlyAccessLayers("tensor")
      .whereLayer("inference").mayOnlyAccessLayers("tensor", "kernel")
      .whereLayer("layer").mayOnlyAccessLayers("tensor", "kernel", "inference")
      .whereLayer("neuron").mayOnlyAccessLayers("tensor", "kernel", "inference", "layer")
      .whereLayer("attention").mayOnlyAccessLayers("tensor", "kernel", "inference", "layer", "neuron")
      .whereLayer("embedding").mayOnlyAccessLayers("tensor", "kernel", "inference", "layer", "neuron")
      .whereLayer("model").mayOnlyAccessLayers("tensor", "kernel", "inference", "layer", "neuron", "attention",
          "embedding")
      .whereLayer("checkpoint").mayOnlyAccessLayers("tensor", "layer", "model")
      .whereLayer("checkpoint").mayNotBeAccessedByAnyLayer()
      .ensureAllClassesAreContainedInArchitecture();

  @ArchTest
  static final ArchRule CORE_KNOWS_NEITHER_TRAINING_NOR_EXAMPLES = noClasses().should().dependOnClassesThat()
      .resideInAnyPackage("io.qkformer.train..", "io.qkformer.examples..");

  @ArchTest
  static final ArchRule NOTHING_PRINTS = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule NOTHING_PRINTS_A_STACK_TRACE = noClasses().should().callMethodWhere(
      DescribedPredicate.describe("printStackTrace is called",
          call -> call.getName().equals("printStackTrace")));

  @ArchTest
  static final ArchRule LOGGING_GOES_THROUGH_SLF4J = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule THE_LOGGING_BACKEND_IS_THE_APPLICATIONS = noClasses().should().dependOnClassesThat()
      .resideInAnyPackage("ch.qos.logback..", "org.apache.log4j..", "org.apache.logging..");

  @ArchTest
  static final ArchRule ONLY_SIMD_KERNELS_USE_THE_VECTOR_API = noClasses()
      .that(DescribedPredicate.not(SIMD_KERNELS))
      .should().dependOnClassesThat().resideInAPackage(VECTOR_API);

  @ArchTest
  static final ArchRule ONLY_THE_KERNEL_PACKAGE_KNOWS_THE_SIMD_KERNELS = classes().that(SIMD_KERNELS).should()
      .onlyHaveDependentClassesThat().resideInAPackage("io.qkformer.kernel").allowEmptyShould(true);
}
