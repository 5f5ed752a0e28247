package dev.orchestrix;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CheckReturnValue;
import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The package table: what a package may use, and what every package promises. */
@DisplayNameGeneration(ReplaceUnderscores.class)
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
          List.of("tenant", "circuit"),
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

  private static final JavaClasses CLASSES = importOurs();

  @Test
  void a_package_uses_only_what_is_above_it_in_the_table() {
    classes().should(useOnlyWhatIsAboveInTheTable()).allowEmptyShould(true).check(CLASSES);
  }

  @Test
  void the_packages_of_core_do_not_use_each_other_in_circles() {
    slices()
        .matching(ROOT + ".core.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void core_is_plain_java() {
    classes()
        .that(resideInAPackage(ROOT + ".core.."))
        .should()
        .onlyDependOnClassesThat(
            resideInAPackage(ROOT + ".core..")
                .or(resideInAPackage("java.."))
                .or(resideInAPackage("org.jspecify.annotations.."))
                .or(resideInAPackage("com.google.errorprone.annotations..")))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void every_package_is_null_marked() {
    assertThat(packagesWithout(NullMarked.class, _ -> true)).isEmpty();
  }

  /** A dropped Future is a lost failure; core has none. */
  @Test
  void outside_core_a_returned_value_must_be_used() {
    var unchecked = packagesWithout(CheckReturnValue.class, name -> !rowName(name).equals("core"));

    assertThat(unchecked).isEmpty();
  }

  @Test
  void a_name_says_what_a_class_is() {
    noClasses()
        .should()
        .haveNameMatching(".*(Impl|Manager|Utils?|Helper)(\\$.*)?")
        .because("these names fit anything")
        .allowEmptyShould(true)
        .check(CLASSES);
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
      Class<? extends Annotation> annotation, Predicate<String> checked) {
    return subpackages()
        .filter(one -> !one.getClasses().isEmpty())
        .filter(one -> checked.test(one.getName()))
        .filter(one -> !one.isAnnotatedWith(annotation))
        .map(JavaPackage::getName)
        .toList();
  }

  private static Stream<JavaPackage> subpackages() {
    return CLASSES.containPackage(ROOT)
        ? CLASSES.getPackage(ROOT).getSubpackagesInTree().stream()
        : Stream.of();
  }

  /** Names of other people's classes are all that the rules need. */
  static JavaClasses importOurs() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(ROOT);
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
