package dev.orchestrix;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.google.errorprone.annotations.CheckReturnValue;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullMarked;

/** The package table: what a package may use, and what every package promises. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  static final String ROOT = "dev.orchestrix";

  /**
   * Packages in the order in which they may be used: each uses itself and what is above it, and in
   * its own row what is to its left.
   */
  private static final List<List<String>> TABLE =
      List.of(
          List.of("core"),
          List.of("config", "metrics", "bus"),
          List.of("store", "redis"),
          List.of("tenant"),
          List.of("admission"),
          List.of("outbox", "submit"),
          List.of("transition"),
          List.of("dispatch", "execute"),
          List.of("handler"),
          List.of("recover"),
          List.of("workflow", "schedule", "hook"),
          List.of("auth"),
          List.of("event", "query"),
          List.of("http", "grpc", "worker"),
          List.of("embedded", "node", "bench", "cli"));

  private static final List<String> ORDER = TABLE.stream().flatMap(List::stream).toList();

  @ArchTest
  static void a_package_uses_only_what_is_above_it_in_the_table(JavaClasses classes) {
    classes().should(useOnlyWhatIsAboveInTheTable()).allowEmptyShould(true).check(classes);
  }

  @ArchTest
  static void the_packages_of_core_do_not_use_each_other_in_circles(JavaClasses classes) {
    slices()
        .matching(ROOT + ".core.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(classes);
  }

  @ArchTest
  static void core_is_plain_java(JavaClasses classes) {
    classes()
        .that(resideInAPackage(ROOT + ".core.."))
        .should()
        .onlyDependOnClassesThat(
            resideInAPackage(ROOT + ".core..")
                .or(resideInAPackage("java.."))
                .or(resideInAPackage("org.jspecify.annotations.."))
                .or(resideInAPackage("com.google.errorprone.annotations..")))
        .allowEmptyShould(true)
        .check(classes);
  }

  @ArchTest
  static void every_package_is_null_marked(JavaClasses classes) {
    Assertions.assertThat(packagesWithout(NullMarked.class, classes, _ -> true)).isEmpty();
  }

  /** A dropped Future is a lost failure; core has none. */
  @ArchTest
  static void outside_core_a_returned_value_must_be_used(JavaClasses classes) {
    var unchecked =
        packagesWithout(CheckReturnValue.class, classes, name -> !rowName(name).equals("core"));

    Assertions.assertThat(unchecked).isEmpty();
  }

  @ArchTest
  static void a_name_says_what_a_class_is(JavaClasses classes) {
    noClasses()
        .should()
        .haveNameMatching(".*(Impl|Manager|Utils?|Helper)(\\$.*)?")
        .because("these names fit anything")
        .allowEmptyShould(true)
        .check(classes);
  }

  private static ArchCondition<JavaClass> useOnlyWhatIsAboveInTheTable() {
    return new ArchCondition<>("use only packages above their own in the table") {
      @Override
      public void check(JavaClass user, ConditionEvents events) {
        if (rank(user) < 0) {
          events.add(
              SimpleConditionEvent.violated(
                  user, user.getPackageName() + " has no row in the package table"));
          return;
        }
        user.getDirectDependenciesFromSelf().stream()
            .filter(dependency -> isOurs(dependency.getTargetClass()))
            .filter(dependency -> rank(dependency.getTargetClass()) > rank(user))
            .forEach(
                dependency ->
                    events.add(SimpleConditionEvent.violated(user, dependency.getDescription())));
      }
    };
  }

  private static List<String> packagesWithout(
      Class<? extends Annotation> annotation, JavaClasses classes, Predicate<String> checked) {
    return subpackages(classes)
        .filter(one -> !one.getClasses().isEmpty())
        .filter(one -> checked.test(one.getName()))
        .filter(one -> !one.isAnnotatedWith(annotation))
        .map(JavaPackage::getName)
        .toList();
  }

  private static Stream<JavaPackage> subpackages(JavaClasses classes) {
    return classes.containPackage(ROOT)
        ? classes.getPackage(ROOT).getSubpackagesInTree().stream()
        : Stream.of();
  }

  private static boolean isOurs(JavaClass other) {
    return other.getPackageName().startsWith(ROOT + ".");
  }

  private static int rank(JavaClass one) {
    return ORDER.indexOf(rowName(one.getPackageName()));
  }

  /** {@code dev.orchestrix.core.job} is {@code core}. */
  private static String rowName(String packageName) {
    return packageName
        .substring(Math.min(packageName.length(), ROOT.length() + 1))
        .chars()
        .takeWhile(c -> c != '.')
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }
}
